import { describe, expect, it } from 'vitest'
import { type AssertedHost, concludeHosts } from '../../../src/analysis/assertion.js'
import { assertBlocks } from '../../../src/commands/asserting/blocks.js'
import { readExpressions } from '../../../src/commands/asserting/expressions.js'
import { ConfigError } from '../../../src/errors.js'

const host = (
  name: string,
  value: number | null,
  holds: boolean | null,
  reason: string | null = null,
): AssertedHost => ({
  host: name,
  value,
  device: null,
  holds,
  reason,
})

describe('what assert says', () => {
  it('names the worst host, those that break it, and those that were not measured by their reason', () => {
    const [assertion] = readExpressions(['cpu.iowait_pct.p95 < 20'])
    if (assertion === undefined) throw new Error('not read')
    const hosts = [
      host('n1', 12, true),
      host('n2', 31.2, false),
      host('n3', null, null, 'no cpu data'),
      host('n4', null, null, 'no cpu data'),
    ]
    const blocks = assertBlocks([{ assertion, result: concludeHosts(assertion, hosts) }], (name) =>
      name.toUpperCase(),
    )
    expect(blocks).toEqual([
      {
        kind: 'table',
        head: ['state', 'expression', 'worst value', 'on'],
        rows: [['FALSE', 'cpu.iowait_pct.p95 < 20', '31.2 %', 'N2']],
      },
      { kind: 'line', text: 'cpu.iowait_pct.p95 < 20: broken on 1 of 4 hosts: N2 31.2 %' },
      { kind: 'line', text: 'cpu.iowait_pct.p95 < 20: not measured on 2 of 4 hosts: N3, N4 (no cpu data)' },
    ])
  })
})

describe('readExpressions', () => {
  it('lists every problem of every expression, each with its place and the near match', () => {
    const read = () =>
      readExpressions(['cpu.iowait_pt.p95 < 20', 'run.length_s < 9', 'gpv.utilization_pct.mean > 1'])
    expect(read).toThrow(ConfigError)
    try {
      read()
    } catch (error) {
      expect((error as ConfigError).problems).toEqual([
        '"cpu.iowait_pt.p95 < 20", character 5: cpu has no column "iowait_pt"; did you mean "iowait_pct"?',
        '"gpv.utilization_pct.mean > 1", character 1: there is no resource "gpv"; did you mean "gpu"?',
      ])
    }
  })
})
