/** Fetching from a node, its clock, and its limits. */
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Collector, FrameSpec } from '../../src/collectors/collector.js'
import { parseRaw } from '../../src/collectors/raw.js'
import { sar } from '../../src/collectors/sar.js'
import { frameProblems } from '../../src/commands/stopping/stop-host.js'
import { armNode, awaitFirstRecords } from '../../src/remote/arm.js'
import { haltNode, removeFolder } from '../../src/remote/ask.js'
import { readNodeClock, uptimeAt } from '../../src/remote/clock.js'
import {
  afterLine,
  armCommand,
  armRequest,
  busyboxLinks,
  CALL,
  type Finishing,
  isAlive,
  type Links,
  type LiveNode,
  liveNode,
  probe,
  pullFiles,
  rawFiles,
  shellLinks,
  until,
  uptimeNow,
} from '../support/live-node.js'
import { describeWith, type Tool } from '../support/needs.js'

const SHELLS: readonly (readonly [Tool, () => Links])[] = [
  ['dash', () => shellLinks('dash')],
  ['bash', () => shellLinks('bash')],
  ['busybox', busyboxLinks],
]

const frame = (name: string, command: string, target: FrameSpec['target'] = 'cpu'): FrameSpec => ({
  name,
  target,
  keepAs: 'text',
  command,
})
const collectorOf = (frames: readonly FrameSpec[]): Collector => ({ ...sar, frameLines: '', frames })

/** A stopped session of a logger that left these files. */
async function withFiles(
  context: Finishing,
  links: Links,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<LiveNode> {
  const node = liveNode(context, links)
  await armCommand(node, ['sleep', '300'])
  await haltNode(node.transport, node.place, CALL)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(node.folder, name), content)
  return node
}

/** Every byte, newlines and look-alikes of markers, and more than any pipe holds. */
const BINARY = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  Buffer.from('\nclusterp-0000000000000000 END 0\n'),
  Buffer.alloc(3 << 20, '\n\0\x1f\x8b'),
])

for (const [shell, links] of SHELLS) {
  describeWith(shell, `a node whose sh is ${shell}`, () => {
    it.concurrent('sends files byte by byte as they are, small, large and empty', async (context) => {
      const node = await withFiles(context, links(), { small: 'a', large: BINARY, empty: '' })
      const { files, frames } = await pullFiles(
        node,
        collectorOf([
          frame('large', 'cat ./large', 'cpu'),
          frame('empty', 'cat ./empty', 'memory'),
          frame('small', 'cat ./small', 'load'),
        ]),
      )
      expect(files.get('cpu')?.equals(BINARY)).toBe(true)
      expect(files.get('memory')).toEqual(Buffer.alloc(0))
      expect(files.get('load')).toEqual(Buffer.from('a'))
      expect(frames.map(({ code, rawBytes }) => [code, rawBytes])).toEqual([
        [0, BINARY.length],
        [0, 0],
        [0, 1],
      ])
    })

    it.concurrent('tells the code of a converter, and keeps what it had printed', async (context) => {
      const node = await withFiles(context, links(), {})
      const { files, frames } = await pullFiles(
        node,
        collectorOf([
          frame('bad', `sh -c 'printf half; exit 2'`, 'cpu'),
          frame('missing', 'no-such-program', 'memory'),
          frame('good', 'printf good', 'load'),
        ]),
      )
      expect(frames.map(({ code }) => code)).toEqual([2, 127, 0])
      expect(files.get('cpu')?.toString()).toBe('half')
      expect(files.get('load')?.toString()).toBe('good')
    })

    it.concurrent('ends a converter that takes too long, and sends the rest', async (context) => {
      const node = await withFiles(context, links(), {})
      const beganMs = performance.now()
      const { files, frames } = await pullFiles(
        node,
        collectorOf([
          frame('slow', `limited 1 sh -c 'printf begun; exec sleep 60'`, 'cpu'),
          frame('fast', 'limited 60 printf done', 'memory'),
          frame('failing', `limited 60 sh -c 'exit 2'`, 'load'),
        ]),
      )
      expect(performance.now() - beganMs).toBeLessThan(6000)
      expect(frames.map(({ code }) => code)).toEqual([124, 0, 2])
      expect(files.get('cpu')?.toString()).toBe('begun')
      expect(frameProblems(frames)[0]).toBe('slow: sadf did not end in time; the binary file was fetched')
    })

    it.concurrent('says so when there is nothing to fetch any more', async (context) => {
      const node = await withFiles(context, links(), {})
      await removeFolder(node.transport, node.place, false, CALL)
      await expect(pullFiles(node, collectorOf([frame('a', 'cat ./a')]))).rejects.toThrow(
        'fetch: the folder of this session is gone',
      )
    })

    it.concurrent('reads wall clock and uptime together', async (context) => {
      const node = liveNode(context, links())
      const reading = await readNodeClock(node.transport, {
        ...CALL,
        now: Date.now,
        roundTrips: 3,
        isLocal: false,
      })
      expect(Math.abs(reading.offsetMs)).toBeLessThanOrEqual(reading.uncertaintyMs)
      expect(Math.abs(uptimeAt(reading, Date.now()) - uptimeNow())).toBeLessThan(
        0.1 + reading.uncertaintyMs / 1000,
      )
      expect(reading.wallMinusUptimeSec + uptimeNow()).toBeCloseTo(
        Date.now() / 1000,
        shell === 'busybox' ? -1 : 0,
      )
    })
  })
}

describeWith('sar', 'a binary file of sadc', () => {
  /** Some records of sadc, stopped. */
  async function recorded(context: Finishing): Promise<LiveNode> {
    const node = liveNode(context)
    const loggers = sar.loggers(await probe(node), { intervalSec: 1, count: 600 })
    await armNode(node.transport, armRequest(node.place, loggers), CALL)
    const names = loggers.map(({ name }) => name)
    const ready = {
      place: node.place,
      collector: sar,
      extras: [],
      optional: [],
      names,
      deadlineUptimeSec: uptimeNow() + 10,
    }
    await awaitFirstRecords(node.transport, ready, CALL)
    await sleep(4000)
    await haltNode(node.transport, node.place, CALL)
    return node
  }

  it.concurrent('gives every whole sample when it is cut, and says that it is cut', async (context) => {
    const node = await recorded(context)
    const path = join(node.folder, 'sa.bin')
    const whole = await pullFiles(node, sar)
    const rowsOf = (pulled: typeof whole) =>
      parseRaw('cpu', 'localhost', rawFiles(pulled, ['cpu', 'cpu-cores']), { meta: null, windowMs: null })
        .table.rowCount
    expect(rowsOf(whole)).toBeGreaterThanOrEqual(3)
    truncateSync(path, statSync(path).size - 100)
    const cut = await pullFiles(node, sar)
    expect(rowsOf(cut)).toBe(rowsOf(whole) - 1)
    const codes = new Map(cut.frames.map(({ name, code }) => [name, code]))
    expect([codes.get('cpu'), codes.get('load'), codes.get('binary')]).toEqual([2, 2, 0])
    expect(frameProblems(cut.frames)).toEqual([
      expect.stringMatching(/^cpu, .*: the binary file ends in mid-record; every whole sample is kept$/),
    ])
    expect(cut.files.get('sysstat')).toEqual(readFileSync(path))
  })

  it.concurrent('is fetched although it cannot be converted', async (context) => {
    const garbage = Buffer.from('this was never written by sadc\n'.repeat(1000))
    const node = await withFiles(context, {}, { 'sa.bin': garbage })
    const pulled = await pullFiles(node, sar)
    expect(pulled.files.get('sysstat')).toEqual(garbage)
    const [cpu] = pulled.frames
    expect(cpu?.code).not.toBe(0)
    expect(frameProblems(pulled.frames).length).toBeGreaterThan(0)
  })

  it.concurrent('that was never written is told as such', async (context) => {
    const node = await withFiles(context, {}, {})
    const pulled = await pullFiles(node, sar)
    const codes = new Map(pulled.frames.map(({ name, code }) => [name, code]))
    expect([codes.get('cpu'), codes.get('disk'), codes.get('binary')]).not.toContain(0)
  })
})

describe('a logger', { concurrent: true }, () => {
  it('cannot write more than its share, and leaves no core', async (context) => {
    const node = liveNode(context)
    const script = 'while :; do printf "%01024d" 0; done >data'
    const { loggers } = await armCommand(node, ['sh', '-c', script], { maxSizeBytes: 64 * 1024 })
    await until(() => !isAlive(loggers[0]?.pid ?? 0), 10, 'it is ended at its limit')
    expect(statSync(join(node.folder, 'data')).size).toBe(64 * 1024)
    expect(existsSync(join(node.folder, 'core'))).toBe(false)
  })

  it('keeps a hard limit that is lower than its share', async (context) => {
    const node = liveNode(context)
    const limited = afterLine(node, 'ulimit -f 64')
    await armCommand(limited, ['sh', '-c', 'ulimit -f >data; exec sleep 300'], { maxSizeBytes: 512 * 1000 })
    const path = join(node.folder, 'data')
    await until(() => existsSync(path) && statSync(path).size > 0, 10, 'the logger runs')
    // Root may raise a hard limit, where it has all its capabilities.
    expect(process.getuid?.() === 0 ? ['64\n', '1000\n'] : ['64\n']).toContain(readFileSync(path, 'utf8'))
    await haltNode(node.transport, node.place, CALL)
  })
})
