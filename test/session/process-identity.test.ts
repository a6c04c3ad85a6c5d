import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import {
  currentProcess,
  lookAtProcess,
  parseProcStat,
  parsePs,
  processFate,
} from '../../src/session/process-identity.js'

describe('parseProcStat', () => {
  it('reads state and start time behind a name with blanks and brackets', () => {
    const stat =
      '4711 (node (x) y) S 1 4711 4711 0 -1 4194304 5171 0 0 0 12 4 0 0 20 0 11 0 8061433 1017884672 12345 1\n'
    expect(parseProcStat(stat)).toEqual({ isZombie: false, startTime: '8061433' })
  })

  it('knows a zombie', () => {
    const stat = '4711 (sadc) Z 1 4711 4711 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 8061433 0 0\n'
    expect(parseProcStat(stat)?.isZombie).toBe(true)
  })

  it.each(['', 'nonsense', '4711 (sadc) S 1 2'])('is null for %j', (text) => {
    expect(parseProcStat(text)).toBeNull()
  })
})

describe('parsePs', () => {
  it('reads state and start date', () => {
    expect(parsePs('Ss   Fri Nov  6 07:42:11 2026    \n')).toEqual({
      isZombie: false,
      startTime: 'Fri Nov 6 07:42:11 2026',
    })
  })

  it('knows a zombie, and is null for an empty answer', () => {
    expect(parsePs('Z+   Fri Nov 20 07:42:11 2026\n')?.isZombie).toBe(true)
    expect(parsePs('\n')).toBeNull()
  })
})

describe('processFate', () => {
  it('finds this process alive', async () => {
    const self = await currentProcess()
    expect(self).toMatchObject({ host: hostname(), pid: process.pid })
    expect(self.startTime).not.toBeNull()
    expect(self.bootId).not.toBeNull()
    expect(await processFate(self)).toBe('alive')
  })

  it('finds a process with another start time gone', async () => {
    const self = await currentProcess()
    expect(await processFate({ ...self, startTime: '1' })).toBe('gone')
  })

  it('goes by the pid alone where no start time is known', async () => {
    const self = await currentProcess()
    expect(await processFate({ ...self, startTime: null })).toBe('alive')
  })

  it('finds a killed process gone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const { pid = 0 } = child
    const look = await lookAtProcess(pid)
    const recorded = { ...(await currentProcess()), pid, startTime: look?.startTime ?? null }
    expect(await processFate(recorded)).toBe('alive')
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    expect(await processFate(recorded)).toBe('gone')
  })

  it('finds a zombie gone', async () => {
    // The shell has become `sleep`, which never collects the child it inherited.
    const script = 'sleep 0.3 & echo $!; exec sleep 60'
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      const [printed] = (await once(parent.stdout, 'data')) as [Buffer]
      const pid = Number(printed.toString())
      const self = await currentProcess()
      await expect.poll(() => processFate({ ...self, pid, startTime: null }), { timeout: 5000 }).toBe('gone')
      if (process.platform === 'linux') {
        expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /)
      }
    } finally {
      parent.kill('SIGKILL')
    }
  })
})

describe('lookAtProcess', () => {
  it('asks ps where there is no /proc', async () => {
    const look = await lookAtProcess(process.pid, '/no-proc-here')
    // Not the local date: two zones would make two start times of one process.
    expect(look?.startTime).toMatch(/^[A-Z][a-z]{2} [A-Z][a-z]{2} \d+ [\d:]{8} \d{4}$/)
    const startMs = Date.parse(`${look?.startTime} UTC`)
    const upMs = process.uptime() * 1000
    expect(Math.abs(Date.now() - upMs - startMs)).toBeLessThan(10_000)
  })

  it('is null for a pid that is not there', async () => {
    expect(await lookAtProcess(2 ** 22 + 1)).toBeNull()
    expect(await lookAtProcess(2 ** 22 + 1, '/no-proc-here')).toBeNull()
  })
})
