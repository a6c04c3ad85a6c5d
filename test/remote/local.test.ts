import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { localTransport } from '../../src/remote/local.js'
import type { TransportEnd } from '../../src/remote/transport.js'

interface Ran {
  readonly end: TransportEnd
  readonly stdout: string
  readonly stderr: string
  readonly tookMs: number
}

interface RunOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly onText?: (text: string) => void
}

async function run(script: string, { timeoutMs = 10_000, signal, onText }: RunOptions = {}): Promise<Ran> {
  const stdout: Buffer[] = []
  let stderr = ''
  const beganMs = performance.now()
  const end = await localTransport('localhost').run({
    script,
    timeoutMs,
    signal: signal ?? null,
    onStdout: async (chunk) => {
      stdout.push(Buffer.from(chunk))
      onText?.(Buffer.from(chunk).toString())
    },
    onStderr: (chunk) => {
      stderr += Buffer.from(chunk).toString()
    },
  })
  return {
    end,
    stdout: Buffer.concat(stdout).toString('latin1'),
    stderr,
    tookMs: performance.now() - beganMs,
  }
}

/** State letter of a process; null when there is none. */
function stateOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(') ') + 2)[0] ?? null
  } catch {
    return null
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 100; turn++) {
    const state = stateOf(pid)
    if (state === null || state === 'Z') return true
    await sleep(20)
  }
  return false
}

/** Names a process group by the pid of its leader, which `sh` prints. */
const pidIn = (text: string) => Number(/\d+/.exec(text)?.[0])

describe('localTransport', () => {
  it('brings back both outputs of the script, whatever its code', async () => {
    const ran = await run(`printf 'out\\n'; echo err >&2; exit 3`)
    expect(ran).toMatchObject({ end: { kind: 'closed', detail: '' }, stdout: 'out\n', stderr: 'err\n' })
  })

  it('carries every byte', async () => {
    const { stdout } = await run(
      `awk 'BEGIN { for (i = 0; i < 256; i++) printf "%c", i }' </dev/null | cat; printf '\\377\\000'`,
    )
    expect(stdout.endsWith('\xff\0')).toBe(true)
  })

  it('carries a script far larger than a pipe', async () => {
    const { stdout } = await run(`x='${'y'.repeat(1 << 20)}'\nprintf '%s' "\${#x}"`)
    expect(stdout).toBe(String(1 << 20))
  })

  it('reads on only when what came before was taken', async () => {
    let inWork = 0
    let most = 0
    let bytes = 0
    await localTransport('localhost').run({
      script: 'dd if=/dev/zero bs=65536 count=32 2>/dev/null',
      timeoutMs: 10_000,
      signal: null,
      onStdout: async (chunk) => {
        most = Math.max(most, ++inWork)
        await sleep(1)
        bytes += chunk.length
        inWork--
      },
      onStderr: () => undefined,
    })
    expect(most).toBe(1)
    expect(bytes).toBe(32 * 65536)
  })

  it('has a session of its own, so that a Ctrl-C at our terminal does not cut a script', async () => {
    const { stdout } = await run(`read -r line <"/proc/$$/stat"; set -- \${line##*) }; echo "$$ $3 $4"`)
    const [pid, group, session] = stdout.trim().split(' ')
    expect([group, session]).toEqual([pid, pid])
  })

  it('ends a script that takes too long, with all of its process group', async () => {
    const ran = await run('sleep 60 & echo $!; wait', { timeoutMs: 300 })
    expect(ran.end).toEqual({ kind: 'timeout', detail: 'no answer within 0.3 s' })
    expect(ran.tookMs).toBeLessThan(5000)
    expect(await isGone(pidIn(ran.stdout))).toBe(true)
  })

  it('leaves a process alone that has left the group of the script', async () => {
    const ran = await run('setsid sleep 60 </dev/null >/dev/null 2>&1 & echo $!; sleep 60', {
      timeoutMs: 300,
    })
    const pid = pidIn(ran.stdout)
    expect(stateOf(pid)).toMatch(/[SR]/)
    process.kill(pid, 'SIGKILL')
  })

  it('ends in time although a process that the script left behind holds its output open', async () => {
    const ran = await run('setsid sleep 60 & echo $!', { timeoutMs: 500 })
    process.kill(pidIn(ran.stdout), 'SIGKILL')
    expect(ran.end.kind).toBe('timeout')
    expect(ran.tookMs).toBeLessThan(5000)
  })

  it('ends a script when the signal is aborted', async () => {
    const controller = new AbortController()
    const ran = await run('echo $$; sleep 60', {
      signal: controller.signal,
      onText: () => controller.abort(),
    })
    expect(ran.end).toEqual({ kind: 'aborted', detail: 'interrupted' })
    expect(await isGone(pidIn(ran.stdout))).toBe(true)
  })

  it('starts nothing when the signal was aborted before', async () => {
    const ran = await run('echo started', { signal: AbortSignal.abort() })
    expect(ran).toMatchObject({ end: { kind: 'aborted', detail: 'interrupted' }, stdout: '' })
  })

  it('tells when sh was killed', async () => {
    const ran = await run('echo first; kill -KILL $$')
    expect(ran).toMatchObject({ end: { kind: 'lost', detail: 'sh was ended by SIGKILL' }, stdout: 'first\n' })
  })

  it('passes on that its output could not be taken, and ends the script', async () => {
    let pid = 0
    const refused = localTransport('localhost').run({
      script: 'echo $$; sleep 60',
      timeoutMs: 10_000,
      signal: null,
      onStdout: async (chunk) => {
        pid = pidIn(Buffer.from(chunk).toString())
        throw new Error('the disk is full')
      },
      onStderr: () => undefined,
    })
    await expect(refused).rejects.toThrow('the disk is full')
    expect(await isGone(pid)).toBe(true)
  })

  it('does not fall over a script that is not read to its end', async () => {
    const { end, stdout } = await run(`echo early; exec 0<&-; exit 0\n${'#'.repeat(1 << 20)}`)
    expect(end.kind).toBe('closed')
    expect(stdout).toBe('early\n')
  })

  it('says that there is no sh', async () => {
    const path = process.env.PATH
    process.env.PATH = '/nonexistent'
    const running = run('echo x')
    process.env.PATH = path
    expect((await running).end).toEqual({ kind: 'lost', detail: 'sh cannot be started: spawn sh ENOENT' })
  })
})
