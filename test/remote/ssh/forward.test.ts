import type { Client } from 'ssh2'
import { describe, expect, it } from 'vitest'
import type { Connection } from '../../../src/remote/ssh/connection.js'
import { Deadline } from '../../../src/remote/ssh/deadline.js'
import { openForward } from '../../../src/remote/ssh/forward.js'
import { hop } from './hop.js'

const ADMINISTRATIVELY_PROHIBITED = 1
const CONNECT_FAILED = 2

/** What a node is told when its gateway, behind another one, gives this answer. */
async function refusalFor(reason: number, text: string): Promise<unknown> {
  const client: Pick<Client, 'forwardOut'> = {
    forwardOut(_from, _fromPort, _to, _toPort, done) {
      const error = Object.assign(new Error(`(SSH) Channel open failure: ${text}`), { reason })
      done?.(error, undefined as never)
      return client as Client
    },
  }
  const connection = { client, gone: new Promise<void>(() => undefined) } as unknown as Connection
  const gateway = { ...hop('gate', { user: 'bob', port: 2222 }), hops: [hop('outer')] }
  const deadline = new Deadline(5000, () => performance.now())
  try {
    const opening = openForward(
      { hop: gateway, connection },
      hop('node4'),
      deadline,
      new AbortController().signal,
    )
    return await opening.catch((thrown: unknown) => thrown)
  } finally {
    deadline.clear()
  }
}

describe('a way through a gateway', () => {
  it('that is forbidden needs a ProxyCommand in place of ssh_gateway', async () => {
    expect(await refusalFor(ADMINISTRATIVELY_PROHIBITED, 'open failed')).toMatchObject({
      message:
        'connect: the gateway "gate" forbids forwarding (AllowTcpForwarding no in its sshd_config): open failed',
      hint: expect.stringMatching(
        /take ssh_gateway out of config\.yml .*ProxyCommand ssh -J ann@outer -p 2222 bob@gate nc %h %p$/,
      ),
    })
  })

  it('that leads nowhere is tried from the gateway by hand', async () => {
    expect(await refusalFor(CONNECT_FAILED, 'Connection refused')).toMatchObject({
      message: 'connect: the gateway "gate" cannot reach node4 port 22: Connection refused',
      hint: 'from the gateway: ssh -J ann@outer -p 2222 bob@gate nc -z node4 22',
    })
  })
})
