import { describe, expect, it } from 'vitest'
import { fileNameKey, fileNameOf, nameProblem } from '../../src/config/names.js'

describe('fileNameOf', () => {
  it.each([
    ['node1:2222', 'node1:2222'],
    ['/data', '_data'],
    ['10 Gigabit/s', '10_Gigabit_s'],
    ['a\u00a0b', 'a_b'],
    ['a\nb', 'a_b'],
    ['..', '_.'],
    ['', '_'],
  ])('makes %j the file name %j', (text, name) => {
    expect(fileNameOf(text)).toBe(name)
  })
})

describe('fileNameKey', () => {
  it('is equal for names that are one file where case is folded or accents are composed', () => {
    expect(fileNameKey('OS')).toBe(fileNameKey('os'))
    expect(fileNameKey('caf\u00e9')).toBe(fileNameKey('cafe\u0301'))
    expect(fileNameKey('a b')).toBe(fileNameKey('a_b'))
    expect(fileNameKey('a')).not.toBe(fileNameKey('b'))
  })
})

describe('nameProblem', () => {
  it('refuses what could leave the folder, break a line or not fit a file name', () => {
    expect(nameProblem('../x')).toBe('holds ".."')
    expect(nameProblem('a\x07')).toBe('holds a control character')
    expect(nameProblem(' ')).toBe('is empty')
    expect(nameProblem('é'.repeat(116))).toBe('is longer than 230 bytes')
    expect(nameProblem('é'.repeat(115))).toBeNull()
  })
})
