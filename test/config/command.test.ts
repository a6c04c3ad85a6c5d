import { describe, expect, it } from 'vitest'
import { parseConnect, splitWords } from '../../src/config/command.js'

describe('splitWords', () => {
  it.each([
    ['docker exec -i {host} sh', ['docker', 'exec', '-i', '{host}', 'sh']],
    ['  a \t b  ', ['a', 'b']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a'b'"c"d`, ['abcd']],
    [`'' ""`, ['', '']],
    ['a\\ b', ['a b']],
    [`'a\\b'`, ['a\\b']],
    [`"a\\"b\\\\c\\n"`, ['a"b\\c\\n']],
    ['a; rm -rf $HOME | `b` > c', ['a;', 'rm', '-rf', '$HOME', '|', '`b`', '>', 'c']],
    ['', []],
  ])('splits %j without doing anything else that a shell does', (text, words) => {
    expect(splitWords(text)).toEqual({ value: words })
  })

  it.each([
    [`a "b`, 'has a " that is never closed'],
    [`a 'b"`, "has a ' that is never closed"],
    ['a \\', 'ends in a backslash that escapes nothing'],
  ])('refuses %j', (text, problem) => {
    expect(splitWords(text)).toEqual({ problem })
  })
})

describe('parseConnect', () => {
  it('knows the two words and a command', () => {
    expect(parseConnect('ssh2')).toEqual({ value: { kind: 'ssh2' } })
    expect(parseConnect('openssh')).toEqual({ value: { kind: 'openssh' } })
    expect(parseConnect('kubectl exec -i pod/{host} -- sh')).toEqual({
      value: { kind: 'command', words: ['kubectl', 'exec', '-i', 'pod/{host}', '--', 'sh'] },
    })
  })

  it.each([
    [
      'opensssh',
      'must be ssh2, openssh or a command in which a word holds {host}, got "opensssh"; did you mean "openssh"?',
    ],
    [
      'docker exec -i sh',
      'must be ssh2, openssh or a command in which a word holds {host}, got "docker exec -i sh"',
    ],
    [`docker exec '{host}`, "has a ' that is never closed"],
    [`'' {host}`, 'begins with an empty word where a program is expected'],
    ['a\x07 {host}', 'holds a control character: "a\\x07 {host}"'],
  ])('refuses %j', (text, problem) => {
    expect(parseConnect(text)).toEqual({ problem })
  })
})
