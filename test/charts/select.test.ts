import { describe, expect, it } from 'vitest'
import { listSome, matchesPattern, mayMatch } from '../../src/charts/select.js'

describe('matchesPattern', () => {
  it('means a resource, a plot, or what the star covers', () => {
    const matching = ['disk', 'disk/OS_read', 'disk/*_read', '*/OS_*', '*']
    for (const pattern of matching) expect(matchesPattern('disk/OS_read', pattern)).toBe(true)
    const others = ['dis', 'disk/OS', 'cpu', 'OS_read', 'disk.OS_read', '']
    for (const pattern of others) expect(matchesPattern('disk/OS_read', pattern)).toBe(false)
  })

  it('takes brackets and dots of an alias as they are', () => {
    expect(matchesPattern('disk/a(1).b_read', 'disk/a(1).b_read')).toBe(true)
    expect(matchesPattern('disk/a1xb_read', 'disk/a(1).b_read')).toBe(false)
  })
})

describe('listSome', () => {
  it('shortens long lists', () => {
    expect(listSome(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, d, e')
    expect(listSome(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c, d and 2 more')
  })
})

describe('mayMatch', () => {
  it('is true for each resource of which some plot may be meant, so that the others need not be read', () => {
    const wanted = (...only: string[]) => ['cpu', 'disk'].filter((resource) => mayMatch(resource, only))
    expect(wanted('cpu')).toEqual(['cpu'])
    expect(wanted('disk/*_read', 'memory')).toEqual(['disk'])
    expect(wanted('*_read')).toEqual(['cpu', 'disk'])
    expect(wanted('overview')).toEqual(['cpu', 'disk'])
    expect(wanted('cpux')).toEqual([])
    expect(mayMatch('cpu', undefined)).toBe(true)
  })
})
