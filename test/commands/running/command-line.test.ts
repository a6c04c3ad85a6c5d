import { describe, expect, it } from 'vitest'
import { commandText, redactWords } from '../../../src/commands/running/command-line.js'

describe('redactWords', () => {
  it.each([
    [
      ['./x', '--password=abc'],
      ['./x', '--password=***'],
    ],
    [
      ['./x', '--password', 'abc', 'next'],
      ['./x', '--password', '***', 'next'],
    ],
    [
      ['./x', '--db-pass=abc', '--dbPassword', 'def'],
      ['./x', '--db-pass=***', '--dbPassword', '***'],
    ],
    [
      ['./x', '--pasword=abc', '--passphrase', 'two words'],
      ['./x', '--pasword=***', '--passphrase', '***'],
    ],
    [
      ['env', 'PGPASSWORD=abc', 'MY_TOKEN=def', 'psql'],
      ['env', 'PGPASSWORD=***', 'MY_TOKEN=***', 'psql'],
    ],
    [
      ['./x', '--api-key', 'abc', '--client-secret=def'],
      ['./x', '--api-key', '***', '--client-secret=***'],
    ],
    [
      ['psql', 'postgres://me:abc@host/db'],
      ['psql', 'postgres://me:***@host/db'],
    ],
    [
      ['curl', '-H', 'Authorization: Bearer abc'],
      ['curl', '-H', 'Authorization: ***'],
    ],
    [
      ['sh', '-c', "curl -H 'Authorization: Basic abc' x"],
      ['sh', '-c', "curl -H 'Authorization: ***' x"],
    ],
    [
      ['sh', '-c', 'A_PASSWORD=abc ./x --password def --token "g h" --n 3'],
      ['sh', '-c', 'A_PASSWORD=*** ./x --password *** --token "***" --n 3'],
    ],
    [
      ['./x', '{"password": "abc", "n": 1}'],
      ['./x', '{"password": "***", "n": 1}'],
    ],
    [
      ['./x', '--url=http://host/x?user=me&password=abc', 'http://host/y?token=abc'],
      ['./x', '--url=http://host/x?user=me&password=***', 'http://host/y?token=***'],
    ],
    [
      ['sh', '-c', 'A=1;PASSWORD=abc ./x --set "user=me password=abc"'],
      ['sh', '-c', 'A=1;PASSWORD=*** ./x --set "user=me password=***'],
    ],
    [
      ['./x', '{"password": "a\\"b c", "n": 1}'],
      ['./x', '{"password": "***", "n": 1}'],
    ],
    [
      ['./x', '-Uhttp://me:abc@host/'],
      ['./x', '-Uhttp://me:***@host/'],
    ],
  ])('hides the value in %j', (words, kept) => {
    expect(redactWords(words)).toEqual(kept)
  })

  it.each([
    [['spark-submit', '--class', 'org.example.Main', '--master', 'yarn']],
    [['./train', '--max_tokens', '512', '--tokenizer=bpe', '--passes=3']],
    [['./x', '--pass-through', '--no-password', '--verbose', '-p', '8080']],
    [['echo', 'a password that is only spoken of', 'http://host:80/x@y']],
  ])('leaves %j as it is', (words) => {
    expect(redactWords(words)).toEqual(words)
  })
})

describe('a word without end', () => {
  it.each([
    ['letters', 'a'],
    ['flags', '-a'],
    ['labels', 'a.'],
    ['assignments', 'a='],
    ['blanks', 'a= '],
    ['quotes', 'a="'],
    ['escapes', '\\"'],
    ['addresses', 'a://'],
  ])('of %s takes no time to speak of', (_what, piece) => {
    const word = piece.repeat(50_000)
    const beganMs = performance.now()
    expect(redactWords([word])).toEqual([word])
    expect(performance.now() - beganMs).toBeLessThan(1000)
  })
})

describe('commandText', () => {
  it('is what one would type', () => {
    expect(commandText(['sh', '-c', "echo 'a b'"])).toBe(`sh -c 'echo '\\''a b'\\'''`)
  })

  it('stands on one line', () => {
    expect(commandText(['sh', '-c', 'a\n  b\tc'])).toBe("sh -c 'a b c'")
  })

  it('is cut, and holds no password', () => {
    const text = commandText(['./x', '--password', 'abc', 'y'.repeat(100)])
    expect(text).toHaveLength(60)
    expect(text).toMatch(/^\.\/x --password \*\*\* y+…$/)
  })
})
