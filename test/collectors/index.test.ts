import { describe, expect, it } from 'vitest'
import { chooseCollector, collectorNamed } from '../../src/collectors/index.js'
import { FACTS } from './node-facts.js'

const NO_SYSSTAT = { ...FACTS, sysstatVersion: null, sadcPath: null, hasSar: false }
const NO_SAMPLER = { ...FACTS, hasPerl: false, bashMajor: null, hasAwk: false }
const NOTHING = { ...NO_SAMPLER, sysstatVersion: null }
const OLD = { ...FACTS, sysstatVersion: '11.5.2' }

describe('collectorNamed', () => {
  it.each(['sar', 'proc'] as const)('finds %s by the name that a session records', (name) => {
    expect(collectorNamed(name).name).toBe(name)
  })
})

describe('chooseCollector', () => {
  const chosen = (...[wanted, facts]: Parameters<typeof chooseCollector>) => {
    const choice = chooseCollector(wanted, facts)
    return choice.collector === null ? choice.reason : [choice.collector.name, choice.note]
  }

  it('takes sysstat where it is new enough', () => {
    expect(chosen('auto', FACTS)).toEqual(['sar', null])
    expect(chosen('auto', { ...FACTS, sysstatVersion: '11.5.3' })).toEqual(['sar', null])
  })

  it('takes the sampler, and says so, where sysstat is missing or does not measure available memory', () => {
    expect(chosen('auto', NO_SYSSTAT)).toEqual([
      'proc',
      'sysstat is not installed: recorded by the /proc sampler',
    ])
    expect(chosen('auto', OLD)).toEqual([
      'proc',
      'sysstat 11.5.2 does not measure available memory: recorded by the /proc sampler',
    ])
  })

  it('rather takes an old sysstat than nothing', () => {
    expect(chosen('auto', { ...NO_SAMPLER, sysstatVersion: '10.1.5' })).toEqual(['sar', null])
  })

  it('does what the config says', () => {
    expect(chosen('proc', FACTS)).toEqual(['proc', null])
    expect(chosen('sar', OLD)).toEqual(['sar', null])
  })

  it('says why what the config wants is not there', () => {
    expect(chosen('sar', NO_SYSSTAT)).toBe('sysstat is not installed')
    expect(chosen('proc', NO_SAMPLER)).toContain('neither perl')
    expect(chosen('auto', NOTHING)).toMatch(/^sysstat is not installed, and it has neither perl/)
  })
})
