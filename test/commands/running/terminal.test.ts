import { describe, expect, it } from 'vitest'
import { isInForeground } from '../../../src/commands/running/terminal.js'

describe('isInForeground', () => {
  it.each([
    ['4711 (node) R 4242 4711 4242 34816 4711 4194304 0', true],
    ['4711 (a) b) R 4242 4711 4242 34816 4711 4194304 0', true],
    // In the background of its terminal.
    ['4711 (node) R 4242 4711 4242 34816 4242 4194304 0', false],
    // Without a terminal.
    ['4711 (node) R 4242 4711 4242 0 -1 4194304 0', false],
    ['', false],
    [null, false],
  ])('of %j is %s', (stat, expected) => {
    expect(isInForeground(stat)).toBe(expected)
  })
})
