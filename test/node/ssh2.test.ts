import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { rejection, run, testPool } from '../remote/ssh/pool.js'
import { type Sshd, startSshd } from '../remote/ssh/sshd.js'
import { describeWith } from '../support/needs.js'

describeWith(['sshd', 'ssh'], 'the built-in client and a real sshd', () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(() => sshd?.stop())

  describe('a script', () => {
    it('runs on the standard input of sh, output and errors apart', async () => {
      const transport = await testPool().open(sshd.target('node1'))
      const { end, stdout, stderr } = await run(transport, 'echo out; echo err >&2; exit 3\n')
      expect(end).toEqual({ kind: 'closed', detail: '' })
      expect(stdout.toString()).toBe('out\n')
      expect(stderr).toBe('err\n')
    })

    it('brings back every byte of a long binary output', async () => {
      const transport = await testPool().open(sshd.target('node1'))
      const { stdout } = await run(
        transport,
        'head -c 20000000 /dev/zero | tr "\\0" "\\377"; head -c 3000000 /dev/zero >&2\n',
      )
      expect(stdout.length).toBe(20_000_000)
      expect(stdout.every((byte) => byte === 255)).toBe(true)
    })

    it('is slowed down by a slow reader', async () => {
      const transport = await testPool().open(sshd.target('node1'))
      let isBusy = false
      let calls = 0
      const end = await transport.run({
        script: 'head -c 1000000 /dev/zero\n',
        timeoutMs: 10_000,
        signal: null,
        onStdout: async () => {
          expect(isBusy).toBe(false)
          isBusy = true
          calls++
          await sleep(5)
          isBusy = false
        },
        onStderr: () => undefined,
      })
      expect(end.kind).toBe('closed')
      expect(calls).toBeGreaterThan(1)
    })

    it('leaves no timer behind once it and its connection are over', async () => {
      const pool = testPool()
      await run(await pool.open(sshd.target('node1')), 'echo out\n')
      const started = vi.spyOn(globalThis, 'setTimeout')
      onTestFinished(() => started.mockRestore())
      await pool.close()
      await sleep(100)
      // What had arrived is waited for one second, where a call is still going on.
      expect(started.mock.calls.map(([, delayMs]) => delayMs)).not.toContain(1000)
    })

    it('waits for the one before it', async () => {
      const transport = await testPool().open(sshd.target('node1'))
      const started = performance.now()
      const [first, second] = await Promise.all([
        run(transport, 'sleep 0.5; date +%s%N\n'),
        run(transport, 'date +%s%N\n'),
      ])
      expect(Number(second.stdout) - Number(first.stdout)).toBeGreaterThan(0)
      expect(performance.now() - started).toBeGreaterThan(500)
    })

    it('that takes too long is a timeout, and the connection stays', async () => {
      const transport = await testPool().open(sshd.target('node1'))
      expect((await run(transport, 'sleep 5\n', 300)).end.kind).toBe('timeout')
      expect((await run(transport, 'echo on\n')).stdout.toString()).toBe('on\n')
    })

    it('that is interrupted ends at once', async () => {
      const transport = await testPool().open(sshd.target('node1'))
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 200)
      const end = await transport.run({
        script: 'sleep 5\n',
        timeoutMs: 10_000,
        signal: controller.signal,
        onStdout: async () => undefined,
        onStderr: () => undefined,
      })
      expect(end.kind).toBe('aborted')
    })

    it('whose output is refused throws what the reader threw', async () => {
      const transport = await testPool().open(sshd.target('node1'))
      const call = transport.run({
        script: 'echo x; sleep 5\n',
        timeoutMs: 10_000,
        signal: null,
        onStdout: async () => {
          throw new Error('disk full')
        },
        onStderr: () => undefined,
      })
      await expect(call).rejects.toThrow('disk full')
    })

    it('whose sh is killed is lost', async () => {
      const transport = await testPool().open(sshd.target('node1'))
      const { end } = await run(transport, 'kill -9 $$\n')
      expect(end).toEqual({ kind: 'lost', detail: 'sh was ended by SIGKILL' })
    })

    it('whose connection is cut is lost, and so are those after it', async () => {
      const transport = await testPool().open(sshd.target('node1'))
      const cut = await run(transport, 'kill -9 $PPID; sleep 5\n')
      expect(cut.end.kind).toBe('lost')
      expect((await run(transport, 'echo on\n')).end.kind).toBe('lost')
    })
  })

  it('lets 64 logins at once in, above the MaxStartups of its default', async () => {
    const pool = testPool()
    const transports = await Promise.all(
      Array.from({ length: 64 }, (_, index) => pool.open(sshd.target(`node${index}`))),
    )
    const runs = await Promise.all(transports.map((transport, index) => run(transport, `echo ${index}\n`)))
    expect(runs.map(({ stdout }) => Number(stdout))).toEqual(runs.map((_, index) => index))
  })

  it('has one session at a time when MaxSessions is 1', async () => {
    const strict = await startSshd(['MaxSessions 1'])
    try {
      const transport = await testPool().open(strict.target('node1'))
      for (const word of ['a', 'b', 'c']) {
        expect((await run(transport, `echo ${word}\n`)).stdout.toString()).toBe(`${word}\n`)
      }
    } finally {
      await strict.stop()
    }
  })

  describe('a key', () => {
    it('that nobody knows is refused with what was tried', async () => {
      const target = sshd.target('node1', { identityFiles: [join(sshd.folder, 'host_ecdsa')] })
      const error = await rejection(testPool().open(target))
      expect(error.message).toContain(`refuses the login of ${sshd.user}`)
      expect(error.message).toContain('host_ecdsa')
      expect(error.message).toContain('it takes: publickey')
    })

    it('is not tried after the server has counted too many', async () => {
      const strict = await startSshd(['MaxAuthTries 2'])
      const files = ['one', 'two', 'three'].map((name) => join(strict.folder, name))
      for (const file of files) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
      const target = strict.target('node1', { identityFiles: [...files, strict.identityFile] })
      const error = await rejection(testPool().open(target)).finally(() => strict.stop())
      expect(error.message).toContain('it ended the login after that many keys')
      expect(error.hint).toContain('ssh_identity_file')
    })

    it('that is encrypted is asked for once for all hosts, and only if the server takes it', async () => {
      const file = join(sshd.folder, 'id_locked')
      const other = join(sshd.folder, 'id_other')
      await writeFile(file, await readFile(sshd.identityFile), { mode: 0o600 })
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', file])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'never asked', '-f', other])
      const questions: string[] = []
      const ask = async ({ text }: { text: string }): Promise<string> => {
        questions.push(text)
        return questions.length === 1 ? 'wrong' : 'open sesame'
      }
      const pool = testPool({ isTerminal: true, ask })
      const changes = { identityFiles: [other, file] }
      await Promise.all([1, 2, 3].map((index) => pool.open(sshd.target(`node${index}`, changes))))
      await pool.open(sshd.target('node4', changes))
      expect(questions).toEqual([`passphrase of ${file}: `, `wrong, once more: passphrase of ${file}: `])
      const error = await rejection(testPool().open(sshd.target('node1', changes)))
      expect(error.message).toContain(`ssh-add ${file}`)
    })

    it('of an agent logs in, and a dead agent leaves the key file', async () => {
      const socket = join(sshd.folder, 'agent')
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
      onTestFinished(() => void agent.kill('SIGKILL'))
      for (let tries = 0; tries < 100 && (await stat(socket).catch(() => null)) === null; tries++)
        await sleep(20)
      execFileSync('ssh-add', ['-q', sshd.identityFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
      const inAgent = { identityFiles: [], identityAgent: socket }
      await testPool().open(sshd.target('node1', inAgent))
      const only = testPool().open(sshd.target('node1', { ...inAgent, identitiesOnly: true }))
      expect((await rejection(only)).message).toContain('there was nothing to try')
      const byName = {
        identityFiles: [`${sshd.identityFile}.pub`],
        identityAgent: socket,
        identitiesOnly: true,
      }
      await testPool().open(sshd.target('node1', byName))
      agent.kill('SIGTERM')
      await once(agent, 'exit')
      const warnings: string[] = []
      const pool = testPool({ report: (warning) => warnings.push(warning) })
      await pool.open(sshd.target('node1', { identityAgent: socket }))
      await pool.open(sshd.target('node2', { identityAgent: socket }))
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toContain(socket)
    })
  })

  it('shows the host key of the type that known_hosts holds', async () => {
    const file = join(sshd.folder, 'known_ecdsa')
    const key = await readFile(join(sshd.folder, 'host_ecdsa.pub'), 'utf8')
    await writeFile(file, `[127.0.0.1]:${sshd.port} ${key}`)
    const { login } = await testPool().open(sshd.target('node1', { knownHostsFiles: [file] }))
    expect(login.keyType).toBe('ecdsa-sha2-nistp256')
    expect((await testPool().open(sshd.target('node1'))).login.keyType).toBe('ssh-ed25519')
  })

  it('is reached by a ProxyCommand, which ends with the connection', async () => {
    const pidFile = join(sshd.folder, 'proxy.pid')
    const proxyCommand = `sh -c 'echo $$ > ${pidFile}; exec node -e "
      const s = require(\\"net\\").connect(${sshd.port}, \\"127.0.0.1\\"); process.stdin.pipe(s).pipe(process.stdout)"'`
    const pool = testPool()
    const transport = await pool.open(sshd.target('node1', { proxyCommand }))
    expect((await run(transport, 'echo through\n')).stdout.toString()).toBe('through\n')
    const pid = Number(await readFile(pidFile, 'utf8'))
    process.kill(pid, 0)
    await pool.close()
    await sleep(200)
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('that a ProxyCommand cannot reach is told in the words of the command', async () => {
    const target = sshd.target('node1', { proxyCommand: "sh -c 'echo no route to node1 >&2; exit 1'" })
    const error = await rejection(testPool({ connectTimeoutMs: 1000 }).open(target))
    expect(error.message).toContain('no route to node1')
  })
})
