import { describe, expect, it } from 'vitest'
import { editDistance, nearest } from '../../src/config/nearest.js'

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['interval', 'intervall', 1],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['ca', 'abc', 3],
  ])('counts the edits from %j to %j as %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance)
    expect(editDistance(to, from)).toBe(distance)
  })
})

describe('nearest', () => {
  it('finds the word that was mistyped, ignoring case', () => {
    expect(nearest('Intervall', ['interval', 'infiniband'])).toBe('interval')
    expect(nearest('hsots', ['hosts', 'gpus'])).toBe('hosts')
  })

  it('prefers the nearer of two candidates, and the first of equally near ones', () => {
    expect(nearest('node12', ['node34', 'node11', 'node13'])).toBe('node11')
  })

  it('is null when one letter in three would not do', () => {
    expect(nearest('database', ['interval', 'hosts'])).toBeNull()
    expect(nearest('ab', ['cd'])).toBeNull()
    expect(nearest('x', [])).toBeNull()
  })

  it('takes the only longer name that begins with the word', () => {
    expect(nearest('node03', ['node03.example.org', 'gw.example.org'])).toBe('node03.example.org')
    expect(nearest('node', ['node03.example.org', 'node04.example.org'])).toBeNull()
  })
})
