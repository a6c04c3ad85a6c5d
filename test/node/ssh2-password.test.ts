import { setTimeout as sleep } from 'node:timers/promises'
import type { AuthContext } from 'ssh2'
import { afterEach, describe, expect, it } from 'vitest'
import { rejection, run, testPool } from '../remote/ssh/pool.js'
import { type ServerBehaviour, startServer, type TestServer } from '../remote/ssh/server.js'

const servers: TestServer[] = []
const started = async (behaviour: ServerBehaviour): Promise<TestServer> => {
  const server = await startServer(behaviour)
  servers.push(server)
  return server
}
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

/** Takes `secret` and counts what it was sent. */
function passwordServer(secret: string): ServerBehaviour & { readonly sent: string[] } {
  const sent: string[] = []
  const authenticate = (context: AuthContext): void => {
    if (context.method === 'password') sent.push(context.password)
    if (context.method === 'password' && context.password === secret) context.accept()
    else context.reject(['password'])
  }
  return { sent, authenticate }
}

/** Asks by keyboard-interactive and takes the answers that `accept` likes. */
function promptServer(
  prompts: readonly { prompt: string; echo: boolean }[],
  accept: (answers: readonly string[]) => boolean,
): ServerBehaviour & { readonly answers: string[][] } {
  const answers: string[][] = []
  const authenticate = (context: AuthContext): void => {
    if (context.method !== 'keyboard-interactive') {
      context.reject(['keyboard-interactive'])
      return
    }
    context.prompt([...prompts], 'title', '', (given) => {
      answers.push([...given])
      if (accept(given)) context.accept()
      else context.reject(['keyboard-interactive'])
    })
  }
  return { answers, authenticate }
}

describe('a password', () => {
  it('logs in by the password method', async () => {
    const behaviour = passwordServer('s3cret')
    const server = await started(behaviour)
    const transport = await testPool({ password: 's3cret' }).open(server.target('node1'))
    expect((await run(transport, 'echo')).stdout.toString()).toBe('echo')
    expect(behaviour.sent).toEqual(['s3cret'])
    expect(transport.login).toMatchObject({ user: 'ann', port: server.port, keyType: 'ssh-ed25519' })
  })

  it('is the answer to one hidden prompt that ends in password:', async () => {
    const behaviour = promptServer(
      [{ prompt: "ann@node1's Password: ", echo: false }],
      ([given]) => given === 's3cret',
    )
    const server = await started(behaviour)
    await testPool({ password: 's3cret' }).open(server.target('node1'))
    expect(behaviour.answers).toEqual([['s3cret']])
  })

  it.each([
    ['a one-time code', [{ prompt: 'Verification code: ', echo: false }]],
    ['a visible answer', [{ prompt: 'Password: ', echo: true }]],
    [
      'two things at once',
      [
        { prompt: 'Password: ', echo: false },
        { prompt: 'Code: ', echo: false },
      ],
    ],
  ])('is not given to a prompt for %s', async (_title, prompts) => {
    const behaviour = promptServer(prompts, () => true)
    const server = await started(behaviour)
    const error = await rejection(testPool({ password: 's3cret' }).open(server.target('node1')))
    expect(error.message).toContain('not just for a password')
    expect(error.hint).toContain('connect: openssh')
    expect(behaviour.answers).toEqual([])
  })

  it('is sent by one host alone, and by no other after it was refused', async () => {
    const behaviour = passwordServer('right')
    const server = await started(behaviour)
    const pool = testPool({ password: 'wrong' })
    const errors = await Promise.all(
      Array.from({ length: 8 }, (_, index) => rejection(pool.open(server.target(`node${index}`)))),
    )
    expect(behaviour.sent).toEqual(['wrong'])
    expect(errors.filter((error) => error.message.includes('the password was refused'))).toHaveLength(1)
    expect(errors.filter((error) => error.message.includes('refused it'))).toHaveLength(7)
    expect(errors.some((error) => error.message.includes('wrong'))).toBe(false)
  })

  it('is sent by all others once the first host has accepted it', async () => {
    let inProgress = 0
    let most = 0
    const sent: number[] = []
    const server = await started({
      authenticate: (context) => {
        if (context.method !== 'password') return context.reject(['password'])
        inProgress++
        most = Math.max(most, inProgress)
        sent.push(inProgress)
        setTimeout(() => {
          inProgress--
          context.accept()
        }, 100)
      },
    })
    const pool = testPool({ password: 's3cret' })
    await Promise.all(Array.from({ length: 5 }, (_, index) => pool.open(server.target(`node${index}`))))
    // The first alone, then the other four together.
    expect(sent[0]).toBe(1)
    expect(sent[1]).toBe(1)
    expect(most).toBe(4)
  })

  it('goes to the next host when the first is lost before it answers', async () => {
    let attempts = 0
    const server = await started({
      authenticate: (context, connection) => {
        if (context.method !== 'password') return context.reject(['password'])
        attempts++
        if (attempts === 1) return connection.end()
        return context.accept()
      },
    })
    const pool = testPool({ password: 's3cret' })
    const opened = await Promise.allSettled(
      [1, 2, 3].map((index) => pool.open(server.target(`node${index}`))),
    )
    expect(opened.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(attempts).toBe(3)
  })

  it('may take longer on the first host than connect_timeout gives the others', async () => {
    const server = await started({
      authenticate: (context) => {
        if (context.method !== 'password') return context.reject(['password'])
        setTimeout(() => context.accept(), 700)
      },
    })
    const pool = testPool({ password: 's3cret', connectTimeoutMs: 1000 })
    await Promise.all([1, 2].map((index) => pool.open(server.target(`node${index}`))))
    expect(server.connections).toHaveLength(2)
  })

  it('never goes to a host whose key is not verified', async () => {
    const behaviour = passwordServer('s3cret')
    const server = await started(behaviour)
    const target = server.target('node1', { hostKeyChecking: 'off', knownHostsFiles: [] })
    const error = await rejection(testPool({ password: 's3cret' }).open(target))
    expect(error.message).toContain('whose key is not verified')
    expect(behaviour.sent).toEqual([])
  })

  it('that the server wants changed is told as such', async () => {
    const server = await started({
      authenticate: (context) => {
        if (context.method !== 'password') return context.reject(['password'])
        context.requestChange('expired', () => undefined)
      },
    })
    const error = await rejection(testPool({ password: 's3cret' }).open(server.target('node1')))
    expect(error.message).toContain('wants a new password')
  })

  it('is not tried again on the host that refused it', async () => {
    const behaviour = passwordServer('right')
    const server = await started(behaviour)
    const pool = testPool({ password: 'wrong' })
    await rejection(pool.open(server.target('node1')))
    await rejection(pool.open(server.target('node1')))
    await sleep(100)
    expect(behaviour.sent).toEqual(['wrong'])
  })
})
