import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { ParseError } from '../../src/errors.js'
import { readAdvances } from '../../src/render/ttf.js'

const font = (file: string) =>
  readFileSync(createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${file}`))

describe('readAdvances', () => {
  it('reads the advances of DejaVu Sans', () => {
    // As in the font's published metrics, in units of 1/2048 em.
    const { advanceOf } = readAdvances(font('DejaVuSans.ttf'), 'DejaVuSans.ttf')
    const advances = [...' AmW…é'].map((character) => (advanceOf(character.codePointAt(0) ?? 0) ?? 0) * 2048)
    expect(advances).toEqual([651, 1401, 1995, 2025, 2048, 1260])
  })

  it('reads those of its bold face, which are wider', () => {
    const { advanceOf } = readAdvances(font('DejaVuSans-Bold.ttf'), 'DejaVuSans-Bold.ttf')
    expect([...' A'].map((character) => (advanceOf(character.codePointAt(0) ?? 0) ?? 0) * 2048)).toEqual([
      713, 1585,
    ])
  })

  it('is null for a character that the font does not have', () => {
    expect(readAdvances(font('DejaVuSans.ttf'), 'x').advanceOf(0x6f22)).toBeNull()
  })

  it('refuses what is no font, by name', () => {
    expect(() => readAdvances(Buffer.from('not a font at all'), 'my.ttf')).toThrow(ParseError)
    expect(() => readAdvances(new Uint8Array(0), 'my.ttf')).toThrow(/my\.ttf/)
  })
})
