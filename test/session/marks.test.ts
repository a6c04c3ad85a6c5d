import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SessionError } from '../../src/errors.js'
import { appendMark, parseMarks, readMarks } from '../../src/session/marks.js'
import { temporaryFolder } from './sample.js'

describe('appendMark', () => {
  it('writes one line for each mark, whatever its text', async () => {
    const folder = await temporaryFolder()
    await appendMark(folder, { atMs: 1, text: 'load' })
    await appendMark(folder, { atMs: 2, text: 'two\nlines, "größe"' })
    expect(await readFile(join(folder, 'marks.jsonl'), 'utf8')).toBe(
      '{"atMs":1,"text":"load"}\n{"atMs":2,"text":"two\\nlines, \\"größe\\""}\n',
    )
    expect(await readMarks(folder)).toEqual({
      marks: [
        { atMs: 1, text: 'load' },
        { atMs: 2, text: 'two\nlines, "größe"' },
      ],
      badLines: 0,
    })
  })

  it('keeps all of 50 marks made at once', async () => {
    const folder = await temporaryFolder()
    const all = Array.from({ length: 50 }, (_, atMs) => ({ atMs, text: `mark ${atMs}` }))
    await Promise.all(all.map((mark) => appendMark(folder, mark)))
    expect(await readMarks(folder)).toEqual({ marks: all, badLines: 0 })
  })

  it('does not lose a mark behind a line that was cut', async () => {
    const folder = await temporaryFolder()
    await appendMark(folder, { atMs: 1, text: 'load' })
    await appendFile(join(folder, 'marks.jsonl'), '{"atMs":2,"te')
    await appendMark(folder, { atMs: 3, text: 'after' })
    expect(await readMarks(folder)).toEqual({
      marks: [
        { atMs: 1, text: 'load' },
        { atMs: 3, text: 'after' },
      ],
      badLines: 1,
    })
  })

  it('says so when it cannot write', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'marks.jsonl'))
    await expect(appendMark(folder, { atMs: 1, text: 'x' })).rejects.toThrow(SessionError)
    await expect(appendMark(join(folder, 'missing'), { atMs: 1, text: 'x' })).rejects.toThrow(
      'noting the mark: ',
    )
  })
})

describe('readMarks', () => {
  it('is empty without a file', async () => {
    expect(await readMarks(await temporaryFolder())).toEqual({ marks: [], badLines: 0 })
  })
})

describe('parseMarks', () => {
  it('counts lines that are no marks and keeps the others, in the order of time', () => {
    const text =
      '{"atMs":5,"text":"b"}\n\nnonsense\n{"atMs":"1","text":"x"}\n[1]\n{"atMs":2,"text":"a"}\n{"atMs":7'
    expect(parseMarks(text)).toEqual({
      marks: [
        { atMs: 2, text: 'a' },
        { atMs: 5, text: 'b' },
      ],
      badLines: 4,
    })
  })
})
