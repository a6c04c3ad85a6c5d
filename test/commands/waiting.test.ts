import { describe, expect, it } from 'vitest'
import { InterruptedError, throwIfInterrupted, waitUntil } from '../../src/commands/waiting.js'

describe('waitUntil', () => {
  it('waits until the clock it is given says so', async () => {
    let nowMs = 1000
    const reads: number[] = []
    const now = (): number => {
      reads.push(nowMs)
      nowMs += 15
      return nowMs - 15
    }
    await waitUntil(1040, { now, signal: new AbortController().signal })
    expect(reads.at(-1)).toBeGreaterThanOrEqual(1040)
  })

  it('returns at once for a moment that is over', async () => {
    await waitUntil(999, { now: () => 1000, signal: new AbortController().signal })
  })

  it('ends early, without an error, when the signal comes', async () => {
    const controller = new AbortController()
    const waiting = waitUntil(1_000_000, { now: () => 0, signal: controller.signal })
    controller.abort()
    await expect(waiting).resolves.toBeUndefined()
  })
})

describe('throwIfInterrupted', () => {
  it('throws only after the signal, with what to type', () => {
    const controller = new AbortController()
    expect(() => throwIfInterrupted(controller.signal, 'parse')).not.toThrow()
    controller.abort()
    expect(() => throwIfInterrupted(controller.signal, 'parse', 'clusterp parse')).toThrow(InterruptedError)
    expect(() => throwIfInterrupted(controller.signal, 'parse')).toThrow('parse: interrupted')
  })
})
