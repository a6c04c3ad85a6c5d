import { describe, expect, it } from 'vitest'
import { parseYaml, yamlScalar } from '../../src/config/yaml.js'
import { problemsOf, resolve } from './resolving.js'

describe('broken YAML', () => {
  it.each([
    ['hosts: [a]\ninterval: 1\ninterval: 2', '3:1: a key is there twice'],
    ['hosts:\n\t- a', '2:1: a tab is used for indentation; use blanks'],
    ['hosts: [a', '1:10: a bracket is never closed'],
    ["hosts: 'a", "1:10: a ' is never closed"],
    ['hosts: [node[1-2]]', '1:13: a comma is missing, or a text with brackets needs quotes here'],
    ['hosts: [a]\nssh_username: *b', '2:16: a text that begins with * needs quotes'],
    [
      'interval:10\nhosts: a',
      '2:6: this line does not go with those before it: a colon needs a blank after it, keys stand at one margin',
    ],
    ['a: !!int 5', '1:4: a text that begins with ! needs quotes'],
    ['a: \x07', '1:4: there is a control character'],
  ])('is told for %j by line and column', (text, problem) => {
    expect(problemsOf(text)).toEqual([`config.yml:${problem}`])
  })

  it('is several documents, a list or a bare text', () => {
    expect(() => resolve('hosts: a\n---\nhosts: b')).toThrow('config.yml: must be one YAML document, got 2')
    expect(() => resolve('[a]')).toThrow('config.yml: must hold lines like "interval: 10"')
    expect(() => resolve('secret text')).toThrow(/^config\.yml: must hold lines(?!.*secret)/)
  })
})

describe('yamlScalar', () => {
  it.each([
    'a',
    'node[01-04]',
    'u@h:22',
    '::1',
    '[::1]:22',
    '10',
    "it's",
    'null',
    '~',
    '- x',
    'a: b',
    '#',
    '',
    'a\nb',
    '\x1b',
  ])('writes %j so that it reads back as itself', (text) => {
    expect(parseYaml(`hosts:\n  - ${yamlScalar(text)}`, 'c').get('hosts')).toEqual([text])
  })

  it('leaves hosts without quotes', () => {
    expect(yamlScalar('root@node[01-04].example.org:22')).toBe('root@node[01-04].example.org:22')
  })
})
