import { describe, expect, it } from 'vitest'
import { ascii85 } from '../../../src/render/vector/ascii85.js'

const encode = (text: string): string => ascii85(Buffer.from(text, 'latin1'))

describe('ascii85', () => {
  it('writes four bytes in five characters, and of a last group one more than its bytes', () => {
    // The example of the Wikipedia article "Ascii85": "Man " is 9jqo^, "sure" is F*2M7, "." is /c.
    expect(encode('Man ')).toBe('9jqo^\n~>')
    expect(encode('Man sure.')).toBe('9jqo^F*2M7/c\n~>')
  })

  it('writes z for four zeros, but not for fewer', () => {
    expect(encode('\0\0\0\0')).toBe('z\n~>')
    expect(encode('\0\0\0')).toBe('!!!!\n~>')
  })

  it('breaks lines, and begins none with a percent sign', () => {
    const lines = ascii85(Uint8Array.from({ length: 4000 }, (_, index) => (index * 7919) % 256)).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(101)
    expect(lines.filter((line) => line.startsWith('%'))).toEqual([])
    expect(lines.at(-1)).toBe('~>')
  })
})
