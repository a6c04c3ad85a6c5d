import { describe, expect, it } from 'vitest'
import { SampleItems } from '../../src/collectors/sadf-sample.js'

const SECOND = Date.UTC(2026, 10, 20, 6, 9, 10)

describe('the devices of a sample', () => {
  it('are new in each sample', () => {
    const items = new SampleItems()
    expect([items.meet(0, SECOND, 2), items.meet(1, SECOND, 3)]).toEqual([null, null])
    expect(items.has(0, SECOND + 1000)).toBe(false)
    expect([items.meet(0, SECOND + 1000, 4), items.meet(1, SECOND + 1000, 5)]).toEqual([null, null])
  })

  it('are told by the line where they were met first when they come twice', () => {
    const items = new SampleItems()
    for (const item of [0, 1, 2]) items.meet(item, SECOND, 2 + item)
    expect(items.has(1, SECOND)).toBe(true)
    expect(items.meet(1, SECOND, 5)).toBe(3)
    expect(items.meet(1, SECOND, 6)).toBe(3)
  })

  it('begin another sample of the same second with the first of them', () => {
    const items = new SampleItems()
    for (const item of [4, 5]) items.meet(item, SECOND, item)
    expect(items.meet(4, SECOND, 6)).toBe('same-second')
    expect(items.meet(5, SECOND, 7)).toBeNull()
  })

  it('may be thousands', () => {
    const items = new SampleItems()
    expect(items.has(5000, SECOND)).toBe(false)
    for (let item = 0; item < 5000; item++) expect(items.meet(item, SECOND, 2 + item)).toBeNull()
    expect(items.meet(4999, SECOND, 6000)).toBe(5001)
  })
})
