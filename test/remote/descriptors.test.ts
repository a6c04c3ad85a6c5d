import { ChildProcess } from 'node:child_process'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { DEFAULTS } from '../../src/config/defaults.js'
import { createOpensshPool, type OpensshPool } from '../../src/remote/openssh.js'
import { openProxyCommand } from '../../src/remote/ssh/proxy-command.js'
import { CALL } from './fake-transport.js'
import { hop } from './ssh/hop.js'

/** What Node gives when no file descriptor is left: a child without pipes, whose `error` comes in the next tick. */
vi.mock('node:child_process', async (importOriginal) => ({
  ...(await importOriginal<typeof import('node:child_process')>()),
  spawn: (program: string) => {
    const child = new ChildProcess()
    const error = Object.assign(new Error(`spawn ${program} EMFILE`), { code: 'EMFILE' })
    process.nextTick(() => child.emit('error', error))
    return child
  },
}))

const HINT = expect.stringContaining('ulimit -n')
const target = { name: 'node1', hostname: 'n1.example', user: null, port: null, gateways: [] }

function newPool(): OpensshPool {
  const pool = createOpensshPool({
    ssh: DEFAULTS.ssh,
    connectTimeoutMs: 5000,
    concurrency: 64,
    env: {},
    signal: null,
    random: CALL.random,
    now: () => performance.now(),
  })
  onTestFinished(() => pool.close())
  return pool
}

describe('without a file descriptor left', () => {
  it('a login by the ssh program is the failure of its node alone', async () => {
    await expect(newPool().open(target)).rejects.toMatchObject({
      host: 'node1',
      message: 'connect: the program ssh cannot be started: spawn ssh EMFILE',
      hint: HINT,
    })
  })

  it('a login in progress can be closed', async () => {
    const pool = newPool()
    const opening = expect(pool.open(target)).rejects.toThrow('EMFILE')
    await pool.close()
    await opening
  })

  it('a gateway of the ssh program is the failure of the nodes behind it', async () => {
    await expect(newPool().open({ ...target, gateways: ['me@gw'] })).rejects.toMatchObject({
      host: 'node1',
      message: 'connect: the gateway "me@gw": its login cannot be started: spawn sh EMFILE',
      hint: HINT,
    })
  })

  it('a ProxyCommand is the failure of its host', async () => {
    await expect(openProxyCommand(hop('node1'), 'nc node1 22')).rejects.toMatchObject({
      host: 'node1',
      message: 'connect: its ProxyCommand cannot be started: spawn /bin/sh EMFILE',
      hint: HINT,
    })
  })
})
