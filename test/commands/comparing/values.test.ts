import { describe, expect, it } from 'vitest'
import type { ComparisonRow } from '../../../src/analysis/comparison-verdict.js'
import {
  changeText,
  lengthText,
  rowName,
  signedPercent,
  valueText,
} from '../../../src/commands/comparing/values.js'

const row = (column: string, a: number, b: number): ComparisonRow => ({
  resource: 'disk',
  device: 'OS',
  column,
  phase: 'train',
  verdict: 'more',
  better: null,
  a,
  b,
  change: b - a,
  relative: a === 0 ? null : (b - a) / a,
  least: 1,
  hosts: 1,
  hostsUp: 1,
  hostsDown: 0,
  blocks: 16,
  p: 0.01,
  pAdjusted: 0.01,
  needed: null,
  weight: 1,
})

describe('a value', () => {
  it.each([
    ['iowait_pct', 34.449, '34.4 %'],
    ['in_bytes_per_s', 18_200_000, '18.2 MB/s'],
    ['memory_used_bytes', 1e9, '1.00 GB'],
    ['await_ms', 0.4567, '0.46 ms'],
    ['run_queue', 118.4, '118'],
    ['swap_in_pages_per_s', 7, '7/s'],
    ['iowait_pct', null, 'not measured'],
  ])('of %s is %s as %s', (column, value, text) => {
    expect(valueText(column, value)).toBe(text)
  })
})

describe('a change', () => {
  it('is in points and percent of a percentage, else in percent', () => {
    expect(changeText(row('iowait_pct', 30, 10))).toBe('-20 points (-66.7 %)')
    expect(changeText(row('utilization_pct', 0, 10))).toBe('+10 points (from 0)')
    expect(changeText(row('read_bytes_per_s', 50e6, 80e6))).toBe('+60 %')
    expect(changeText(row('read_bytes_per_s', 0, 80e6))).toBe('+80.0 MB/s')
  })

  it('is a multiple where percent would say little', () => {
    expect([signedPercent(0.12), signedPercent(-0.5), signedPercent(24)]).toEqual(['+12 %', '-50 %', 'x 25'])
  })

  it('is named by resource, device and column', () => {
    expect(rowName(row('await_ms', 1, 2))).toBe('disk OS await_ms')
    expect(rowName({ ...row('iowait_pct', 1, 2), resource: 'cpu', device: null })).toBe('cpu iowait_pct')
  })
})

describe('a length', () => {
  it.each([
    [14.46, '14.5 s'],
    [730, '12:10'],
    [830.4, '13:50'],
    [3725, '1:02:05'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(lengthText(seconds)).toBe(text)
  })
})
