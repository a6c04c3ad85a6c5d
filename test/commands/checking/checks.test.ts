import { describe, expect, it } from 'vitest'
import type { NodeFacts } from '../../../src/collectors/collector.js'
import { CHECKS, type CheckSubject, expectedBytes } from '../../../src/commands/checking/checks.js'
import { DEFAULTS } from '../../../src/config/defaults.js'
import type { Leftover } from '../../../src/remote/leftovers.js'
import { FACTS } from '../../collectors/node-facts.js'
import { OLD_ID } from '../../session/sample.js'

const facts: NodeFacts = { ...FACTS, freeBytes: 1e12 }
const bare: Partial<NodeFacts> = { sysstatVersion: null, sadcPath: null, hasSar: false }

const leftover: Leftover = {
  place: { remoteDir: '/var/tmp', sessionId: OLD_ID, number: 1, folder: '1-node1' },
  alive: 1,
  bytes: 4096,
  leaseEnd: null,
  controller: 'login1',
  directory: '/home/me',
}

function subject(change: Partial<CheckSubject> = {}, ofFacts: Partial<NodeFacts> = {}): CheckSubject {
  return {
    config: { ...DEFAULTS, hosts: [] },
    facts: { ...facts, ...ofFacts },
    clock: { atMs: 0, offsetMs: 0, uncertaintyMs: 5, uptimeSec: 100, wallMinusUptimeSec: 0 },
    leftovers: [],
    tookMs: 300,
    nowMs: 0,
    ...change,
  }
}

function verdict(name: string, of: CheckSubject) {
  const check = CHECKS.find((one) => one.name === name)
  if (check === undefined) throw new Error(`no check "${name}"`)
  return check.judge(of)
}

const clockAt = (offsetMs: number, uncertaintyMs = 5) =>
  verdict('clock', subject({ clock: { ...subject().clock, offsetMs, uncertaintyMs } }))

describe('the checks', () => {
  it('find nothing on a node that is as it should be', () => {
    expect(CHECKS.map(({ judge }) => judge(subject()).level)).toEqual(CHECKS.map(() => 'ok'))
    expect(CHECKS.map(({ judge }) => judge(subject()).remedy)).toEqual(CHECKS.map(() => null))
  })

  it('warn of a node without sysstat, and fail where the config wants it', () => {
    const auto = verdict('collector', subject({}, bare))
    expect(auto).toMatchObject({ level: 'warn', remedy: expect.stringContaining('apt-get install sysstat') })
    const config = { ...subject().config, collector: 'sar' } as const
    expect(verdict('collector', subject({ config }, bare))).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining('install sysstat'),
    })
  })

  it('fail where nothing can record', () => {
    const nothing = { ...bare, hasPerl: false, bashMajor: null, hasAwk: false }
    expect(verdict('collector', subject({}, nothing))).toMatchObject({ level: 'fail' })
  })

  it('fail on a disk that the loggers can fill, to the byte, and warn where that is not known', () => {
    const need = expectedBytes(subject().config, facts)
    expect(verdict('space', subject({}, { freeBytes: need }))).toMatchObject({ level: 'ok' })
    expect(verdict('space', subject({}, { freeBytes: need - 1 }))).toMatchObject({
      level: 'fail',
      remedy: expect.stringContaining('remote_dir'),
    })
    expect(verdict('space', subject({}, { freeBytes: null }))).toMatchObject({ level: 'warn' })
  })

  it('warn of a clock that is off by more than half a second and than can be told', () => {
    expect(clockAt(500)).toMatchObject({ level: 'ok' })
    expect(clockAt(-501)).toMatchObject({ level: 'warn', text: expect.stringContaining('behind') })
    expect(clockAt(3_600_000)).toMatchObject({ level: 'warn', text: expect.stringMatching(/^60 min ahead/) })
    expect(clockAt(900, 901)).toMatchObject({ level: 'ok' })
  })

  it('warn of what is there already, and of a login that takes long', () => {
    expect(verdict('leftovers', subject({ leftovers: [leftover, leftover] }))).toMatchObject({
      level: 'warn',
      text: '2 sessions there already, 2 processes alive',
      remedy: expect.stringContaining('clusterp clean'),
    })
    expect(verdict('reachable', subject({ tookMs: 5001 }))).toMatchObject({ level: 'warn' })
  })
})

describe('expectedBytes', () => {
  it('is what the lease can fill, and never more than max_size', () => {
    const config = { ...subject().config, intervalSec: 10, durationSec: 600 }
    const minute = expectedBytes({ ...config, durationSec: 60 }, facts)
    // Records at 0, 10, … 60 s against 0, 10, … 600 s.
    expect(expectedBytes(config, facts) / minute).toBeCloseTo(61 / 7, 5)
    expect(expectedBytes({ ...config, maxSizeBytes: 1000 }, facts)).toBe(1000)
  })
})
