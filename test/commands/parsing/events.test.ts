import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepEvents } from '../../../src/commands/parsing/events.js'
import type { RawEvent } from '../../../src/model.js'
import { readEvents } from '../../../src/session/events.js'

const restart = (host: string, atMs: number, place: string): RawEvent => ({
  host,
  kind: 'restart',
  atMs,
  text: 'the node was rebooted',
  place,
})

describe('keepEvents', () => {
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clusterp-events-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('writes an event once, although several files of the node tell it', async () => {
    const found = [restart('a', 1000, 'raw/cpu/a:7'), restart('a', 1000, 'raw/memory/a:9')]
    await keepEvents(directory, { found, isKept: () => false })
    expect(await readEvents(directory)).toHaveLength(1)
  })

  it('keeps those of the hosts that are left alone, and no others', async () => {
    const found = ['a', 'b', 'c'].map((host, index) => restart(host, 1000 + index, 'x:1'))
    await keepEvents(directory, { found, isKept: () => false })
    await keepEvents(directory, { found: [restart('a', 5000, 'x:1')], isKept: (host) => host === 'b' })
    const kept = (await readEvents(directory)).map(({ host, atMs }) => [host, atMs])
    expect(kept).toEqual([
      ['b', 1001],
      ['a', 5000],
    ])
  })
})
