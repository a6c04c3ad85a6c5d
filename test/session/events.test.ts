import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RawEvent } from '../../src/model.js'
import { readEvents, writeEvents } from '../../src/session/events.js'

const LOST: RawEvent = {
  host: 'node3',
  kind: 'gpu',
  atMs: 2000,
  text: 'GPU is lost',
  place: 'raw/gpu/node3:7',
}
const RESTART: RawEvent = { host: 'node1', kind: 'restart', atMs: 1000, text: 'the node was rebooted' }

describe('events', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clusterp-events-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('come back as they were written, in order of time', async () => {
    await writeEvents(directory, [LOST, RESTART])
    expect(await readEvents(directory)).toEqual([RESTART, LOST])
  })

  it('are none before the first parse', async () => {
    expect(await readEvents(directory)).toEqual([])
  })

  it('leave out lines that are none', async () => {
    await writeEvents(directory, [LOST])
    const path = join(directory, 'parsed', 'events.jsonl')
    await appendFile(path, '{"host":"node1"}\nnull\n{"host":"a","kind":"odd","atMs":1,"text":"x"}\n{"hos')
    expect(await readEvents(directory)).toEqual([LOST])
  })
})
