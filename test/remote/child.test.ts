import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type ChildExit, killGroup, runOnChild, startHint } from '../../src/remote/child.js'
import type { TransportCall } from '../../src/remote/transport.js'

interface Heard {
  stdout: string
  stderr: string
}

/** A call that keeps what it hears. */
function callOf(script: string, more: Partial<TransportCall> = {}): TransportCall & { heard: Heard } {
  const heard: Heard = { stdout: '', stderr: '' }
  return {
    script,
    timeoutMs: 5000,
    signal: null,
    heard,
    onStdout: async (chunk) => {
      heard.stdout += Buffer.from(chunk).toString()
    },
    onStderr: (chunk) => {
      heard.stderr += Buffer.from(chunk).toString()
    },
    ...more,
  }
}

const exits: ChildExit[] = []
const program = (name: string, ...words: string[]) => ({
  program: name,
  words,
  endOf: (exit: ChildExit) => {
    exits.push(exit)
    return { kind: 'closed', detail: `${exit.code} ${exit.signal}` } as const
  },
})

describe('runOnChild', () => {
  it('gives the script to the program and tells how it ended', async () => {
    const call = callOf('echo out; echo err >&2; exit 3')
    expect(await runOnChild(program('sh'), call)).toEqual({ kind: 'closed', detail: '3 null' })
    expect(call.heard).toEqual({ stdout: 'out\n', stderr: 'err\n' })
    expect(exits.at(-1)).toEqual({ code: 3, signal: null, stderr: 'err\n' })
  })

  it('is lost when there is no such program', async () => {
    expect(await runOnChild(program('/no/such/program'), callOf(':'))).toEqual({
      kind: 'lost',
      detail: '/no/such/program cannot be started: spawn /no/such/program ENOENT',
    })
  })

  it('keeps how a program ended that never read its script', async () => {
    const call = callOf(`: ${'x'.repeat(1 << 20)}`)
    expect(await runOnChild(program('false'), call)).toEqual({ kind: 'closed', detail: '1 null' })
    expect(call.heard.stderr).toBe('')
  })

  it('does not run for a call that was interrupted before', async () => {
    const call = callOf('sleep 5; echo late', { signal: AbortSignal.abort() })
    expect(await runOnChild(program('sh'), call)).toEqual({ kind: 'aborted', detail: 'interrupted' })
    expect(call.heard.stdout).toBe('')
  })

  it('ends in time although something outside its group holds its output open', async () => {
    const call = callOf('setsid sleep 4 & sleep 4', { timeoutMs: 200 })
    const began = performance.now()
    expect(await runOnChild(program('sh'), call)).toEqual({
      kind: 'timeout',
      detail: 'no answer within 0.2 s',
    })
    expect(performance.now() - began).toBeLessThan(2500)
  })

  it('passes on what its reader throws, and ends the program', async () => {
    const call = callOf('echo x; exec sleep 60', {
      onStdout: () => Promise.reject(new Error('disk full')),
    })
    const began = performance.now()
    await expect(runOnChild(program('sh'), call)).rejects.toThrow('disk full')
    expect(performance.now() - began).toBeLessThan(2500)
    // The next call of the same program is not touched by it.
    expect(await runOnChild(program('sh'), callOf(':'))).toEqual({ kind: 'closed', detail: '0 null' })
  })
})

describe('killGroup', () => {
  it.each(['EPERM', 'ESRCH'])('takes a group that answers %s for ended, as macOS says of zombies', (code) => {
    const child = spawnSleep()
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error(`kill ${code}`), { code })
    })
    expect(() => killGroup(child)).not.toThrow()
    expect(kill).toHaveBeenCalledWith(-(child.pid ?? 0), 'SIGKILL')
  })

  it('passes any other error on, and ends the group where it may', async () => {
    const child = spawnSleep()
    const kill = vi.spyOn(process, 'kill').mockImplementationOnce(() => {
      throw Object.assign(new Error('kill EINVAL'), { code: 'EINVAL' })
    })
    expect(() => killGroup(child)).toThrow('EINVAL')
    kill.mockRestore()
    killGroup(child)
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  })
})

function spawnSleep() {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  onTestFinished(() => {
    vi.restoreAllMocks()
    child.kill('SIGKILL')
  })
  return child
}

describe('startHint', () => {
  it('is there only when the limit of open files is the reason', () => {
    expect(startHint(Object.assign(new Error('spawn sh EMFILE'), { code: 'EMFILE' }))).toContain('ulimit -n')
    expect(startHint(Object.assign(new Error('spawn sh ENOENT'), { code: 'ENOENT' }))).toBeNull()
  })
})
