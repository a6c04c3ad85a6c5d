import { describe, expect, it } from 'vitest'
import { concludeHosts, concludeLength, judgeHost } from '../../src/analysis/assertion.js'
import { type Assertion, parseAssertion } from '../../src/analysis/assertion-text.js'
import { createTable } from '../../src/data/table.js'
import type { Table } from '../../src/model.js'

function assertion(text: string): Assertion {
  const parsed = parseAssertion(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed
}

const SPAN = { fromMs: 0, toMs: 10_000 }

/** A sample a second from 0 on. */
function cpu(host: string, values: readonly number[]): Table {
  return createTable('cpu', host, {
    timeMs: Float64Array.from(values, (_, row) => (row + 1) * 1000),
    intervalSec: new Float64Array(values.length).fill(1),
    columns: new Map([['iowait_pct', Float64Array.from(values)]]),
  })
}

/** Two devices of one host, a sample every two seconds each. */
function disks(first: readonly number[], second: readonly number[]): Table {
  const values = first.flatMap((value, row) => [value, second[row] ?? Number.NaN])
  return createTable('disk', 'n1', {
    timeMs: Float64Array.from(values, (_, row) => (Math.floor(row / 2) + 1) * 2000),
    intervalSec: new Float64Array(values.length).fill(2),
    devices: ['sda', 'sdb'],
    deviceIndex: Uint32Array.from(values, (_, row) => row % 2),
    columns: new Map([['utilization_pct', Float64Array.from(values)]]),
    textColumns: new Map([['alias', values.map((_, row) => (row % 2 === 0 ? 'OS' : 'DATA'))]]),
  })
}

const TEN = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

describe('a statement about a host', () => {
  it.each([
    // Of 1 to 10, a second each: sum 55, the fifth reaches half of the time, the tenth 95 %.
    ['mean', 5.5],
    ['median', 5],
    ['p95', 10],
    ['peak', 10],
    ['max', 10],
    ['min', 1],
  ])('takes the %s over time', (statistic, value) => {
    const judged = judgeHost(assertion(`cpu.iowait_pct.${statistic} < 100`), 'n1', cpu('n1', TEN), SPAN)
    expect(judged).toEqual({ host: 'n1', value, device: null, holds: true, reason: null })
  })

  it('is held against the limit by its sign, exactly at it', () => {
    const holds = (text: string) => judgeHost(assertion(text), 'n1', cpu('n1', TEN), SPAN).holds
    const signs = ['<', '<=', '>', '>=', '==', '!=']
    expect(signs.map((sign) => holds(`cpu.iowait_pct.peak ${sign} 10`))).toEqual([
      false,
      true,
      false,
      true,
      true,
      false,
    ])
  })

  it('looks at the device that is furthest from holding', () => {
    const table = disks([10, 20, 30, 40, 50], [90, 90, 90, 90, 90])
    const judge = (text: string) => judgeHost(assertion(text), 'n1', table, SPAN)
    expect(judge('disk.utilization_pct.mean < 50')).toMatchObject({ value: 90, device: 'DATA', holds: false })
    expect(judge('disk.utilization_pct.mean > 20')).toMatchObject({ value: 30, device: 'OS', holds: true })
    expect(judge('disk.OS.utilization_pct.mean < 50')).toMatchObject({ value: 30, device: 'OS', holds: true })
    expect(judge('disk.sda.utilization_pct.mean < 50')).toMatchObject({ value: 30, device: 'OS' })
  })

  it('is not measured without table, device, values, or for less than half of the time', () => {
    const judge = (text: string, table: Table | null) => judgeHost(assertion(text), 'n1', table, SPAN)
    const nothing = { value: null, holds: null }
    expect(judge('cpu.iowait_pct.mean < 1', null)).toMatchObject({ ...nothing, reason: 'no cpu data' })
    expect(judge('disk.X.utilization_pct.mean < 1', disks([1], [1]))).toMatchObject({
      ...nothing,
      reason: 'no device X',
    })
    expect(judge('cpu.steal_pct.mean < 1', cpu('n1', TEN))).toMatchObject({
      ...nothing,
      reason: 'nothing measured',
    })
    const four = cpu('n1', TEN.slice(0, 4))
    expect(judge('cpu.iowait_pct.mean < 9', four)).toMatchObject({
      ...nothing,
      reason: 'measured for 4 of 10 s only',
    })
    expect(judge('cpu.iowait_pct.mean < 9', cpu('n1', TEN.slice(0, 5)))).toMatchObject({ holds: true })
  })

  it('is not measured when one of its devices is not, unless another breaks it', () => {
    const table = disks([10, 20, 30, 40, 50], [])
    const judge = (text: string) => judgeHost(assertion(text), 'n1', table, SPAN)
    expect(judge('disk.utilization_pct.mean < 50')).toMatchObject({
      holds: null,
      reason: 'DATA: nothing measured',
    })
    expect(judge('disk.utilization_pct.mean < 20')).toMatchObject({ holds: false, device: 'OS' })
  })
})

describe('a statement about all hosts', () => {
  const conclude = (text: string, hosts: readonly (Table | null)[]) => {
    const one = assertion(text)
    return concludeHosts(
      one,
      hosts.map((table, index) => judgeHost(one, `n${index + 1}`, table, SPAN)),
    )
  }
  const calm = cpu('n', TEN)
  const busy = cpu(
    'n',
    TEN.map((value) => value * 5),
  )

  it('is true when it holds on every one, and tells the value of the worst', () => {
    expect(conclude('cpu.iowait_pct.mean < 50', [calm, busy])).toMatchObject({ state: 'true', value: 27.5 })
    expect(conclude('cpu.iowait_pct.mean > 5', [calm, busy])).toMatchObject({ state: 'true', value: 5.5 })
    expect(conclude('cpu.iowait_pct.mean == 5.5', [calm, busy])).toMatchObject({
      state: 'false',
      value: 27.5,
    })
    expect(conclude('cpu.iowait_pct.mean != 5', [calm, busy])).toMatchObject({ state: 'true', value: 5.5 })
  })

  it('is false when one host breaks it, whatever is not known of another', () => {
    expect(conclude('cpu.iowait_pct.mean < 20', [calm, busy])).toMatchObject({ state: 'false', value: 27.5 })
    expect(conclude('cpu.iowait_pct.mean < 20', [null, busy])).toMatchObject({ state: 'false', value: 27.5 })
  })

  it('is not measured when it holds where it is known, but one host is not', () => {
    expect(conclude('cpu.iowait_pct.mean < 20', [calm, null])).toMatchObject({
      state: 'not_measured',
      value: 5.5,
    })
    expect(conclude('cpu.iowait_pct.mean < 20', [null])).toMatchObject({ state: 'not_measured', value: null })
    expect(conclude('cpu.iowait_pct.mean < 20', [])).toMatchObject({ state: 'not_measured', value: null })
  })
})

describe('a statement about a length', () => {
  it('is about seconds, and not measured where the length is not known', () => {
    expect(concludeLength(assertion('run.length_s < 10m'), 599)).toMatchObject({ state: 'true', value: 599 })
    expect(concludeLength(assertion('run.length_s < 10m'), 600)).toMatchObject({ state: 'false', value: 600 })
    expect(concludeLength(assertion('run.length_s < 10m'), null)).toMatchObject({ state: 'not_measured' })
  })
})
