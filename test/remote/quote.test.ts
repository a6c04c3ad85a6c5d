import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quote, quoteAll } from '../../src/remote/quote.js'

describe('quote', () => {
  it('closes, escapes and opens the quotes again around a quote', () => {
    expect(quote("it's")).toBe(`'it'\\''s'`)
    expect(quote('')).toBe("''")
  })

  it('hands every word to a command as it was', () => {
    const words = [
      '',
      ' ',
      "'",
      "''",
      '"',
      '\\',
      '$HOME',
      '`id`',
      '$(id)',
      '*',
      '~',
      '-n',
      'a\nb',
      '\t',
      '!x',
      'é\u{1F600}',
    ]
    const printed = spawnSync('sh', [], {
      input: `printf '<%s>' ${quoteAll(words)}`,
      encoding: 'utf8',
    }).stdout
    expect(printed).toBe(words.map((word) => `<${word}>`).join(''))
  })

  it('keeps any text one word, which a shell reads back unchanged', () => {
    const texts = fc.sample(fc.string({ unit: 'grapheme', maxLength: 30 }), { numRuns: 100, seed: 1 })
    const words = texts.map((text) => text.replaceAll('\0', ''))
    const printed = spawnSync('sh', [], {
      input: `printf '%s\\001\\n' ${quoteAll(words)}`,
      encoding: 'utf8',
    }).stdout
    expect(printed).toBe(words.map((word) => `${word}\u0001\n`).join(''))
  })
})
