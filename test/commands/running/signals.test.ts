import { describe, expect, it } from 'vitest'
import type { TakenSignal } from '../../../src/commands/context.js'
import { type RunSignals, takeSignals } from '../../../src/commands/running/signals.js'

interface Scene {
  readonly signals: RunSignals
  readonly come: (...names: readonly TakenSignal[]) => void
  readonly sent: TakenSignal[]
  readonly told: string[]
  readonly clock: { nowMs: number }
  isTaken: boolean
}

function scene(keysReach: boolean): Scene {
  const [sent, told, clock]: [TakenSignal[], string[], { nowMs: number }] = [[], [], { nowMs: 0 }]
  let handler: ((signal: TakenSignal) => void) | null = null
  const signals = takeSignals(
    {
      now: () => clock.nowMs,
      report: (event) => void ('text' in event && told.push(event.text)),
      takeSignals: (given) => {
        handler = given
        return () => {
          made.isTaken = false
        }
      },
    },
    () => keysReach,
  )
  const come = (...names: readonly TakenSignal[]): void => {
    for (const name of names) handler?.(name)
  }
  const made: Scene = { signals, come, sent, told, clock, isTaken: true }
  return made
}

const ALL = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

const withJob = (keysReach: boolean): Scene => {
  const made = scene(keysReach)
  made.signals.attach({ send: (signal) => made.sent.push(signal), ended: new Promise(() => undefined) })
  return made
}

describe('signals while the job runs', () => {
  it('are each passed on once where no terminal gives its keys to the job', () => {
    const { come, sent } = withJob(false)
    come(...ALL)
    expect(sent).toEqual(ALL)
  })

  it('are passed on without those that the terminal has given to the job already', () => {
    const { come, sent } = withJob(true)
    come(...ALL, 'SIGINT')
    expect(sent).toEqual(['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'])
  })

  it('change nothing of what clusterp does afterwards, but that a job which ended by one is not waited after', () => {
    const { come, signals, clock } = withJob(true)
    come('SIGINT', 'SIGTERM')
    clock.nowMs = 9_000
    signals.detach()
    expect([signals.hurry, signals.skip, signals.giveUp].map((signal) => signal.aborted)).toEqual([
      true,
      false,
      false,
    ])
  })

  it('hurry nobody when the job went on for long after them, or asked for no end', () => {
    const { come, signals, clock } = withJob(true)
    come('SIGINT')
    clock.nowMs = 60_000
    come('SIGUSR1')
    signals.detach()
    expect(signals.hurry.aborted).toBe(false)
  })

  it('that come before it are remembered, the first of them', () => {
    const { come, signals } = scene(false)
    expect(signals.early()).toBe(null)
    come('SIGTERM', 'SIGINT')
    expect(signals.early()).toBe('SIGTERM')
  })
})

describe('signals after the job', () => {
  const afterwards = (): Scene => {
    const made = withJob(false)
    made.signals.detach()
    return made
  }

  it('do not reach a process that may have its number by now', () => {
    const { come, sent } = afterwards()
    come(...ALL)
    expect(sent).toEqual([])
  })

  it('leave out parse and plot at the first, and say so; the nodes are left to a later stop at the third', () => {
    const { come, signals, told } = afterwards()
    come('SIGINT')
    expect([signals.hurry.aborted, signals.skip.aborted, signals.giveUp.aborted]).toEqual([true, true, false])
    come('SIGTERM')
    expect(signals.giveUp.aborted).toBe(false)
    come('SIGINT')
    expect(signals.giveUp.aborted).toBe(true)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('parse and plot are left out')
  })

  it('that ask for no end, or are of a terminal that went away, leave out nothing', () => {
    const { come, signals, told } = afterwards()
    come('SIGHUP', 'SIGUSR1', 'SIGUSR2')
    expect(signals.skip.aborted).toBe(false)
    expect(told).toEqual([])
  })

  it('are given back at the end', () => {
    const made = afterwards()
    made.signals.release()
    expect(made.isTaken).toBe(false)
  })
})
