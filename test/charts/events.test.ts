import { describe, expect, it } from 'vitest'
import { describeEvents, eventsOf } from '../../src/charts/events.js'
import { elapsedAxis } from '../../src/charts/units.js'
import type { RawEvent } from '../../src/model.js'
import { contextOf, START_MS } from './tables.js'

const series = ['a', 'b'].map((host) => ({ host, hostLabel: host.toUpperCase(), label: host, color: '#000' }))
const event = (host: string, kind: RawEvent['kind'], sec: number): RawEvent => ({
  host,
  kind,
  atMs: START_MS + sec * 1000,
  text: `${kind} there`,
})

describe('events of a plot', () => {
  const events = [
    event('a', 'gpu', 3),
    event('b', 'restart', 2),
    event('a', 'clock-step', 1),
    event('a', 'comment', 1),
    event('c', 'restart', 1),
    event('a', 'restart', 99),
  ]
  const texts = (resource: 'cpu' | 'gpu') =>
    eventsOf(contextOf(['a', 'b'], 10, { events }), resource, series).map(({ x, text }) => [x, text])

  it('are restarts and clock steps of its hosts within its span, in order', () => {
    expect(texts('cpu')).toEqual([
      [1, 'A: clock-step there'],
      [2, 'B: restart there'],
    ])
  })

  it('are those of GPUs too where it shows GPUs', () => {
    expect(texts('gpu')).toHaveLength(3)
    expect(texts('gpu').at(-1)).toEqual([3, 'A: gpu there'])
  })

  it('stand at the first series of their host', () => {
    const gpus = ['gpu0', 'gpu1'].map((gpu) => ({
      host: 'a',
      hostLabel: 'x/y',
      label: `x/y/${gpu}`,
      color: '#0072b2',
    }))
    const [first] = eventsOf(contextOf(['a'], 10, { events: [event('a', 'gpu', 3)] }), 'gpu', gpus)
    expect(first).toEqual({ x: 3, text: 'x/y: gpu there', series: 'x/y/gpu0', color: '#0072b2' })
  })
})

describe('describeEvents', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      x: index * 60,
      text: `n${index}: restart`,
      series: null,
      color: '',
    }))

  it('names six and counts the rest', () => {
    expect(describeEvents([], elapsedAxis(0, 60))).toEqual([])
    const [sentence = ''] = describeEvents(rows(9), elapsedAxis(0, 600))
    expect(sentence).toMatch(/^▾ 0:00 n0: restart · 1:00 n1: restart · .* · 3 more$/)
  })

  it('counts hours where the axis does', () => {
    expect(describeEvents(rows(2), elapsedAxis(0, 7200))[0]).toBe(
      '▾ 0:00:00 n0: restart · 0:01:00 n1: restart',
    )
  })
})
