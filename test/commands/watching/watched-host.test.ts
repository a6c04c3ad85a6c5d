import { describe, expect, it } from 'vitest'
import { NO_FIGURES } from '../../../src/commands/watching/figures.js'
import type { HostReport } from '../../../src/commands/watching/host-report.js'
import { AwaitedError } from '../../../src/commands/watching/silent-hosts.js'
import { type HostWays, retryDelayMs, WatchedHost } from '../../../src/commands/watching/watched-host.js'
import { HostError } from '../../../src/errors.js'
import { ConnectError } from '../../../src/remote/ssh/failure.js'
import type { Transport } from '../../../src/remote/transport.js'
import { sampleHost } from '../../session/sample.js'

const host = { ...sampleHost('node1', 1), state: 'running' as const }
const report: HostReport = { host, status: null, figures: NO_FIGURES }

/** A node whose answers a test decides; `log` tells what was done with it. */
function fakeWays() {
  const log: string[] = []
  let nowMs = 1000
  let next: () => Promise<HostReport> = async () => report
  let opening: () => void = () => undefined
  const transport: Transport = {
    host: 'node1',
    run: async () => ({ kind: 'closed', detail: '' }),
    close: async () => void log.push('close'),
  }
  const ways: HostWays = {
    open: async () => {
      log.push('open')
      opening()
      return transport
    },
    ask: async () => {
      log.push('ask')
      return next()
    },
    now: () => nowMs,
  }
  return {
    ways,
    log,
    pass: (ms: number) => {
      nowMs += ms
    },
    answer: (given: () => Promise<HostReport>) => {
      next = given
    },
    opens: (given: () => void) => {
      opening = given
    },
    now: () => nowMs,
  }
}

const lost = async (): Promise<HostReport> => {
  throw new HostError('node1', 'status: connection lost')
}

describe('a watched host', () => {
  it('is opened once and asked over the same connection each round', async () => {
    const node = fakeWays()
    const watched = new WatchedHost()
    for (let turn = 0; turn < 3; turn++) await watched.look(host, node.ways)
    expect(node.log).toEqual(['open', 'ask', 'ask', 'ask'])
    expect(watched.outcome(host, node.now())).toMatchObject({ ok: true, value: report })
    await watched.close()
    expect(node.log.at(-1)).toBe('close')
  })

  it('that is lost fails, is opened anew a while later, and is back', async () => {
    const node = fakeWays()
    const watched = new WatchedHost()
    await watched.look(host, node.ways)
    node.answer(lost)
    await watched.look(host, node.ways)
    expect(watched.outcome(host, node.now())).toMatchObject({ ok: false })
    expect([watched.isConnected, watched.hasFailed]).toEqual([false, true])
    node.answer(async () => report)
    await watched.look(host, node.ways)
    expect(node.log).toEqual(['open', 'ask', 'ask', 'close'])
    node.pass(2000)
    await watched.look(host, node.ways)
    expect(node.log).toEqual(['open', 'ask', 'ask', 'close', 'open', 'ask'])
    expect(watched.outcome(host, node.now()).ok).toBe(true)
  })

  it('that keeps its answer to itself is not asked twice, and counts as silent after three seconds', async () => {
    const node = fakeWays()
    const watched = new WatchedHost()
    await watched.look(host, node.ways)
    let give: (given: HostReport) => void = () => undefined
    node.answer(
      () =>
        new Promise((resolve) => {
          give = resolve
        }),
    )
    const first = watched.look(host, node.ways)
    void watched.look(host, node.ways)
    await Promise.resolve()
    expect(node.log).toEqual(['open', 'ask', 'ask'])
    node.pass(3000)
    expect(watched.outcome(host, node.now()).ok).toBe(true)
    node.pass(1000)
    const outcome = watched.outcome(host, node.now())
    expect(outcome.ok ? '' : outcome.error.message).toBe('no answer for 4 s')
    give(report)
    await first
    expect(watched.outcome(host, node.now()).ok).toBe(true)
  })

  it('is awaited, and not yet silent, until its first answer or failure', async () => {
    const node = fakeWays()
    const watched = new WatchedHost()
    node.answer(lost)
    const first = watched.look(host, node.ways)
    node.pass(9000)
    const awaited = watched.outcome(host, node.now())
    expect(awaited.ok ? null : awaited.error).toBeInstanceOf(AwaitedError)
    await first
    const failed = watched.outcome(host, node.now())
    expect(failed.ok ? '' : failed.error.message).toBe('status: connection lost')
  })

  it('whose login is refused at the first try is left alone', async () => {
    const node = fakeWays()
    node.opens(() => {
      throw new ConnectError('node1', 'refused', 'node1 refuses the login of me')
    })
    const watched = new WatchedHost()
    await watched.look(host, node.ways)
    node.pass(3_600_000)
    await watched.look(host, node.ways)
    expect(node.log).toEqual(['open'])
    expect(watched.hasFailed).toBe(false)
  })

  it('that has nothing of the session is not asked', async () => {
    const node = fakeWays()
    const clean = { ...host, state: 'cleaned' as const }
    const watched = new WatchedHost()
    await watched.look(clean, node.ways)
    expect(node.log).toEqual([])
    expect(watched.outcome(clean, 0)).toMatchObject({ ok: true, value: { status: null } })
  })
})

describe('retryDelayMs', () => {
  const refused = new ConnectError('n', 'refused', 'no')
  const past = (hasAnswered: boolean, refusals: number) => ({ hasAnswered, refusals })

  it('tries a node that was lost or cannot be reached soon again', () => {
    expect(retryDelayMs(new ConnectError('n', 'timeout', 'x'), past(false, 0))).toBe(2000)
    expect(retryDelayMs(new HostError('n', 'x'), past(true, 0))).toBe(2000)
    expect(retryDelayMs(new HostError('n', 'x'), past(false, 0))).toBe(30_000)
  })

  it('repeats a refused login only for a node that let us in before, slowly, twice', () => {
    expect(retryDelayMs(refused, past(false, 1))).toBeNull()
    expect([1, 2, 3].map((refusals) => retryDelayMs(refused, past(true, refusals)))).toEqual([
      60_000,
      60_000,
      null,
    ])
  })

  it('never tries a host key again that was refused', () => {
    expect(retryDelayMs(new ConnectError('n', 'host-key', 'x'), past(true, 0))).toBeNull()
  })
})
