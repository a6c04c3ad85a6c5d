import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import ssh2, { type AuthContext } from 'ssh2'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { testPool } from '../remote/ssh/pool.js'
import { type ServerBehaviour, startServer, type TestServer } from '../remote/ssh/server.js'
import { needs } from '../support/needs.js'

const servers: TestServer[] = []
const started = async (behaviour: ServerBehaviour): Promise<TestServer> => {
  const server = await startServer(behaviour)
  servers.push(server)
  return server
}
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

describe('two factors', () => {
  let folder: string
  let key: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clusterp-keys-'))
    key = join(folder, 'id')
    await writeFile(key, ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private, { mode: 0o600 })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** Wants a key, then the password; checks no signature, for none of this is about keys. */
  function keyThenPassword(): ServerBehaviour & { readonly methods: string[] } {
    const methods: string[] = []
    let hasKey = false
    const authenticate = (context: AuthContext): void => {
      const isQuestion = context.method === 'publickey' && context.signature === undefined
      if (!isQuestion) methods.push(context.method)
      if (isQuestion || (context.method === 'password' && hasKey)) {
        context.accept()
        return
      }
      hasKey ||= context.method === 'publickey'
      context.reject(hasKey ? ['password'] : ['publickey'], context.method === 'publickey')
    }
    return { methods, authenticate }
  }

  it('are answered when the first is a key file', async () => {
    const behaviour = keyThenPassword()
    const server = await started(behaviour)
    await testPool({ password: 's3cret' }).open(server.target('node1', { identityFiles: [key] }))
    expect(behaviour.methods).toEqual(['publickey', 'password'])
  })

  it.skipIf(!needs('ssh'))('are answered when the first is a key of an agent', async () => {
    const socket = join(folder, 'agent')
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    try {
      for (let tries = 0; tries < 100 && (await stat(socket).catch(() => null)) === null; tries++)
        await sleep(20)
      execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
      const behaviour = keyThenPassword()
      const server = await started(behaviour)
      await testPool({ password: 's3cret' }).open(server.target('node1', { identityAgent: socket }))
      expect(behaviour.methods.filter((method) => method !== 'none')).toEqual(['publickey', 'password'])
    } finally {
      agent.kill('SIGTERM')
    }
  })

  it('are answered when the password is the first', async () => {
    let hasPassword = false
    const server = await started({
      authenticate: (context) => {
        if (context.method === 'password') {
          hasPassword = true
          return context.reject(['publickey'], true)
        }
        if (context.method === 'publickey' && hasPassword) return context.accept()
        context.reject([hasPassword ? 'publickey' : 'password'])
      },
    })
    await testPool({ password: 's3cret' }).open(server.target('node1', { identityFiles: [key] }))
    expect(hasPassword).toBe(true)
  })
})
