import { describe, expect, it } from 'vitest'
import { createReduction } from '../../src/charts/charts.js'
import { fillTemplate, placeholders } from '../../src/charts/spec.js'
import { contextOf, cpuTable } from './tables.js'

const measure = (text: string) => [...text].length * 6

function valuesFor(hosts: readonly string[]) {
  const reduction = createReduction(contextOf(hosts, 2, { layout: 'lines' }))
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

  it('repeats a specification for each item of a list, whose own values win', () => {
    const template = { title: '$title', concat: { $each: 'panels', spec: { a: ['$title', '$width'] } } }
    const values = { title: 'T', width: 5, panels: [{ title: 'one' }, { width: 7 }] }
    expect(fillTemplate(template, values)).toEqual({
      spec: { title: 'T', concat: [{ a: ['one', 5] }, { a: ['T', 7] }] },
      unknown: [],
    })
    expect(fillTemplate({ concat: { $each: 'rows', spec: {} } }, {}).unknown).toEqual(['$rows'])
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

  it('put captions below the legend, one line each', () => {
    const hosts = ['a', 'b']
    const reduction = createReduction(contextOf(hosts, 2, { captions: ['first', 'second'] }))
    for (const host of hosts) reduction.add(cpuTable(host, [1, 2]))
    const [chart] = reduction.finish().charts
    const captions = chart === undefined ? null : placeholders(chart, measure).captions
    // 240 px of plot, 40 of axis, 28 of a legend of one row, 14 a line.
    expect(captions).toEqual([
      { text: 'first', y: 322 },
      { text: 'second', y: 336 },
    ])
  })
})
