import { describe, expect, it } from 'vitest'
import { SessionError } from '../../src/errors.js'
import { asDiskError, onDisk, shellWord } from '../../src/session/disk-errors.js'

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: some text, write`), { code })
}

describe('asDiskError', () => {
  it.each([
    ['ENOSPC', 'the disk is full', 'df -h'],
    ['EDQUOT', 'quota', 'df -h'],
    ['EACCES', 'permission denied', 'ls -ld'],
    ['EROFS', 'read-only', 'clusterp -C'],
    ['ENOTDIR', 'a file is where a folder should be', 'ls -ld'],
    ['EISDIR', 'a folder is where a file should be', 'ls -ld'],
    ['EXDEV', 'another file system', 'working directory'],
    ['EMFILE', 'too many files are open', 'ulimit -n'],
  ])('says %s in a sentence with a hint', (code, happened, hint) => {
    const error = asDiskError('writing the session', '/a b/session.json', failure(code))
    expect(error).toBeInstanceOf(SessionError)
    expect(error.message).toContain('writing the session: /a b/session.json: ')
    expect(error.message).toContain(happened)
    expect((error as SessionError).hint).toContain(hint)
  })

  it('keeps the text and the cause of a code it does not know', () => {
    const cause = failure('EWEIRD')
    const error = asDiskError('reading', '/x', cause)
    expect(error.message).toBe('reading: /x: EWEIRD: some text, write')
    expect(error.cause).toBe(cause)
  })

  it('leaves sentences and programming errors as they are', async () => {
    const sentence = new SessionError('already said')
    const mistake = new TypeError('x is not a function')
    expect(asDiskError('reading', '/x', sentence)).toBe(sentence)
    await expect(onDisk('reading', '/x', () => Promise.reject(mistake))).rejects.toBe(mistake)
  })
})

describe('shellWord', () => {
  it.each([
    ['/plain/path-1.json', '/plain/path-1.json'],
    ['/with blank', "'/with blank'"],
    ["it's", "'it'\\''s'"],
    ['$(rm -rf x)', "'$(rm -rf x)'"],
    ['', "''"],
  ])('writes %j as %s', (text, word) => {
    expect(shellWord(text)).toBe(word)
  })
})
