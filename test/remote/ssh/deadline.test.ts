import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Deadline, orAborted } from '../../../src/remote/ssh/deadline.js'

describe('a deadline', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const now = (): number => performance.now()

  it('is over when its time is over', () => {
    const deadline = new Deadline(1000, now)
    vi.advanceTimersByTime(999)
    expect(deadline.isOver).toBe(false)
    vi.advanceTimersByTime(1)
    expect(deadline.isOver).toBe(true)
    expect(deadline.signal.aborted).toBe(true)
  })

  it('stands still while something is waited for, also for two things at once', async () => {
    const deadline = new Deadline(1000, now)
    vi.advanceTimersByTime(400)
    const long = deadline.stoppedWhile(new Promise((resolve) => setTimeout(resolve, 5000)))
    const short = deadline.stoppedWhile(new Promise((resolve) => setTimeout(resolve, 2000)))
    await vi.advanceTimersByTimeAsync(5000)
    await Promise.all([long, short])
    await vi.advanceTimersByTimeAsync(599)
    expect(deadline.isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(deadline.isOver).toBe(true)
  })

  it('goes on after what was waited for has failed', async () => {
    const deadline = new Deadline(1000, now)
    await expect(deadline.stoppedWhile(Promise.reject(new Error('no')))).rejects.toThrow('no')
    vi.advanceTimersByTime(1000)
    expect(deadline.isOver).toBe(true)
  })

  it('never ends once it is cleared', async () => {
    const deadline = new Deadline(1000, now)
    const waiting = deadline.stoppedWhile(new Promise((resolve) => setTimeout(resolve, 10)))
    deadline.clear()
    await vi.advanceTimersByTimeAsync(5000)
    await waiting
    expect(deadline.isOver).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('work that can be given up', () => {
  const error = (): Error => new Error('given up')
  const refuse = (): void => {
    throw new Error('nothing was late')
  }

  it('settles like the work', async () => {
    const { signal } = new AbortController()
    await expect(orAborted(Promise.resolve(7), [signal], error, refuse)).resolves.toBe(7)
    await expect(orAborted(Promise.reject(new Error('no')), [signal], error, refuse)).rejects.toThrow('no')
  })

  it('throws when a signal aborts or has, and hands what comes late to be closed', async () => {
    const [first, second] = [new AbortController(), new AbortController()]
    const late: number[] = []
    let finish: (value: number) => void = () => undefined
    const work = new Promise<number>((resolve) => {
      finish = resolve
    })
    const given = orAborted(work, [first.signal, second.signal], error, (value) => late.push(value))
    second.abort()
    await expect(given).rejects.toThrow('given up')
    const already = orAborted(work, [second.signal], error, (value) => late.push(value))
    await expect(already).rejects.toThrow('given up')
    finish(7)
    await work
    await Promise.resolve()
    expect(late).toEqual([7, 7])
  })
})
