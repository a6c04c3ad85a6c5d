import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NameIndex } from '../../src/data/names.js'

const SEMICOLON = 0x3b
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function findAll(names: NameIndex, list: readonly string[]): number[] {
  return list.map((name) => names.find(encode(name), 0, encode(name).length))
}

/** How many of the names stood where they were expected. */
function countExpected(names: NameIndex, list: readonly string[]): number {
  let count = 0
  for (const name of list) {
    const bytes = encode(`${name};`)
    if (names.endOfExpected(bytes, 0, SEMICOLON) < 0) names.add(name)
    else {
      names.takeExpected()
      count++
    }
  }
  return count
}

describe('names', () => {
  it('are numbered in order of first appearance', () => {
    const names = new NameIndex()
    expect(findAll(names, ['lo', 'eth0', 'lo', 'a;b', 'eth0'])).toEqual([0, 1, 0, 2, 1])
    expect(names.names).toEqual(['lo', 'eth0', 'a;b'])
  })

  it('get the numbers that a map would give them, in whatever order they come', () => {
    const anyName = fc.constantFrom('', 'lo', 'eth0', 'eth1', 'eth', 'é', 'verylongifname0')
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 40 }), (list) => {
        const seen = [...new Set(list)]
        expect(findAll(new NameIndex(), list)).toEqual(list.map((name) => seen.indexOf(name)))
      }),
    )
  })

  it('are expected in the order of the sample before, also with one that came later in their midst', () => {
    const names = new NameIndex()
    const sample = ['lo', 'veth7', 'eth0', 'eth1']
    countExpected(names, ['lo', 'eth0', 'eth1'])
    expect(countExpected(names, ['lo', 'eth0', 'eth1'])).toBe(3)
    // lo is expected, veth7 is new, eth0 follows it for the first time.
    expect(countExpected(names, sample)).toBe(2)
    expect(countExpected(names, sample)).toBe(4)
  })

  it('are not taken for one that only begins like them', () => {
    const names = new NameIndex()
    names.add('eth1')
    expect(names.endOfExpected(encode('eth10;'), 0, SEMICOLON)).toBe(-1)
    expect(names.endOfExpected(encode('vm;eth1;'), 3, SEMICOLON)).toBe(7)
  })
})
