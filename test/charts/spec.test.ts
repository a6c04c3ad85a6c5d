import { describe, expect, it } from 'vitest'
import { createReduction } from '../../src/charts/charts.js'
import { fillTemplate, placeholders } from '../../src/charts/spec.js'
import { contextOf, cpuTable } from './tables.js'

const measure = (text: string) => [...text].length * 6

function valuesFor(hosts: readonly string[]) {
  const reduction = createReduction(contextOf(hosts, 2))
  for (const host of hosts) reduction.add(cpuTable(host, [1, 2]))
  const [chart] = reduction.finish().charts
  if (chart === undefined) throw new Error('no chart')
  return placeholders(chart, measure)
}

describe('fillTemplate', () => {
  it('replaces whole strings, at any depth, and nothing else', () => {
    const template = {
      $schema: 'https://x',
      a: ['$title', { b: '$xDomain' }],
      text: 'costs $title',
      n: 1,
      no: null,
    }
    expect(fillTemplate(template, { title: 'T', xDomain: [0, 1] })).toEqual({
      spec: { $schema: 'https://x', a: ['T', { b: [0, 1] }], text: 'costs $title', n: 1, no: null },
      unknown: [],
    })
  })

  it('does not look for placeholders in what it fills in', () => {
    expect(fillTemplate({ a: '$title' }, { title: '$yTitle', yTitle: '%' }).spec).toEqual({ a: '$yTitle' })
  })

  it('names placeholders that mean nothing', () => {
    expect(fillTemplate({ a: '$titel', b: ['$titel', '$foo'] }, { title: 'T' }).unknown).toEqual([
      '$titel',
      '$foo',
    ])
  })
})

describe('placeholders', () => {
  it('have no legend for a single host', () => {
    expect(valuesFor(['a']).legend).toBeNull()
  })

  it('spread a legend evenly over the rows it needs', () => {
    // 16 labels of 6 px and 42 px around each: 13 fit in a row, so two rows of 8.
    const hosts = Array.from({ length: 16 }, (_, index) => String.fromCharCode(97 + index))
    expect(valuesFor(hosts).legend).toMatchObject({ columns: 8 })
  })

  it('label ticks by an expression', () => {
    expect(valuesFor(['a']).yLabels).toBe(
      '({"0": "0", "25": "25", "50": "50", "75": "75", "100": "100"})[datum.value]',
    )
  })
})
