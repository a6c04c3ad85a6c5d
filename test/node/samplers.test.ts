import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Collector, LoggerSpec, NodeFacts } from '../../src/collectors/collector.js'
import { proc } from '../../src/collectors/proc.js'
import { parseRaw } from '../../src/collectors/raw.js'
import { sar } from '../../src/collectors/sar.js'
import { endProblems } from '../../src/commands/stopping/logger-ends.js'
import type { Resource, Table } from '../../src/model.js'
import { armNode, awaitFirstRecords } from '../../src/remote/arm.js'
import { askStatus, haltNode, removeFolder } from '../../src/remote/ask.js'
import { readNodeClock } from '../../src/remote/clock.js'
import {
  armRequest,
  busyboxLinks,
  CALL,
  type Finishing,
  type Links,
  type LiveNode,
  liveNode,
  markedProcesses,
  metaOf,
  type PulledFiles,
  probe,
  pullFiles,
  rawFiles,
  shellLinks,
  until,
  uptimeNow,
} from '../support/live-node.js'
import { describeWith, programPath, type Tool } from '../support/needs.js'

/** One way in which a node can be recorded. */
interface Way {
  readonly title: string
  readonly tools: readonly Tool[]
  readonly collector: Collector
  readonly links: () => Links
  /** What this node lacks, so that the way is taken. */
  readonly facts: (facts: NodeFacts) => NodeFacts
  /** Name of the process that records. */
  readonly process: string
}

const noPerl = (facts: NodeFacts): NodeFacts => ({ ...facts, hasPerl: false })
const onlyAwk = (facts: NodeFacts): NodeFacts => ({ ...facts, hasPerl: false, bashMajor: null })
const same = (facts: NodeFacts): NodeFacts => facts
const awk = (name: string): Links => ({ awk: programPath(name) ?? '' })

const WAYS: readonly Way[] = [
  {
    title: 'sadc under dash',
    tools: ['sar', 'dash'],
    collector: sar,
    links: () => shellLinks('dash'),
    facts: same,
    process: 'sadc',
  },
  {
    title: 'sadc under bash',
    tools: ['sar', 'bash'],
    collector: sar,
    links: () => shellLinks('bash'),
    facts: same,
    process: 'sadc',
  },
  {
    title: 'sadc with the tools of busybox',
    tools: ['sar', 'busybox'],
    collector: sar,
    links: busyboxLinks,
    facts: same,
    process: 'sadc',
  },
  {
    title: 'an older sadc, without names of activities',
    tools: ['sar'],
    collector: sar,
    links: () => ({}),
    facts: (facts) => ({ ...facts, takesActivities: false }),
    process: 'sadc',
  },
  {
    title: 'sar -o where sadc is hidden',
    tools: ['sar'],
    collector: sar,
    links: () => ({}),
    facts: (facts) => ({ ...facts, sadcPath: null }),
    process: 'sa',
  },
  {
    title: 'perl under dash',
    tools: ['perl', 'dash'],
    collector: proc,
    links: () => shellLinks('dash'),
    facts: same,
    process: 'perl',
  },
  {
    title: 'bash under bash',
    tools: ['bash'],
    collector: proc,
    links: () => shellLinks('bash'),
    facts: noPerl,
    process: 'bash',
  },
  {
    title: 'bash with the tools of busybox',
    tools: ['bash', 'busybox'],
    collector: proc,
    links: busyboxLinks,
    facts: noPerl,
    process: 'bash',
  },
  {
    title: 'mawk under dash',
    tools: ['mawk', 'dash'],
    collector: proc,
    links: () => ({ ...shellLinks('dash'), ...awk('mawk') }),
    facts: onlyAwk,
    process: 'awk',
  },
  {
    title: 'gawk under bash',
    tools: ['gawk', 'bash'],
    collector: proc,
    links: () => ({ ...shellLinks('bash'), ...awk('gawk') }),
    facts: onlyAwk,
    process: 'awk',
  },
  {
    title: 'awk with the tools of busybox',
    tools: ['busybox'],
    collector: proc,
    links: busyboxLinks,
    facts: onlyAwk,
    process: 'awk',
  },
]

const TARGETS: readonly (readonly [Resource, readonly string[]])[] = [
  ['cpu', ['cpu', 'cpu-cores']],
  ['memory', ['memory']],
  ['load', ['load']],
  ['paging', ['paging']],
  ['network', ['network']],
]

interface Life {
  readonly node: LiveNode
  readonly facts: NodeFacts
  readonly logger: LoggerSpec
}

/** Probes, arms and waits for the first record. `count` is the lease in samples. */
async function begin(context: Finishing, way: Way, count: number, maxSizeBytes = 1 << 30): Promise<Life> {
  const node = liveNode(context, way.links())
  const facts = way.facts(await probe(node))
  expect(way.collector.unusable(facts)).toBeNull()
  const loggers = way.collector.loggers(facts, { intervalSec: 1, count })
  const [logger] = loggers
  if (logger === undefined) throw new Error('no logger')
  const request = armRequest(node.place, loggers, { maxSizeBytes })
  const armed = await armNode(node.transport, request, CALL)
  expect(armed).toMatchObject({ lateSec: null, loggers: [{ name: logger.name }] })
  await awaitFirstRecords(
    node.transport,
    {
      place: node.place,
      collector: way.collector,
      extras: [],
      optional: [],
      names: [logger.name],
      deadlineUptimeSec: uptimeNow() + 10,
    },
    CALL,
  )
  return { node, facts, logger }
}

/** The tables of what was fetched; a file that is cut may lose its last sample where `mayLose` says so. */
async function tables(
  life: Life,
  way: Way,
  pulled: PulledFiles,
  mayLose: (resource: Resource) => boolean = () => false,
): Promise<Map<Resource, Table>> {
  const clock = await readNodeClock(life.node.transport, {
    ...CALL,
    now: Date.now,
    roundTrips: 2,
    isLocal: true,
  })
  const meta = metaOf(life.facts, way.collector, clock.wallMinusUptimeSec)
  return new Map(
    TARGETS.map(([resource, targets]) => {
      const parsed = parseRaw(resource, 'localhost', rawFiles(pulled, targets), { meta, windowMs: null })
      if (!mayLose(resource)) expect(parsed.warnings.filter((warning) => warning.isLoss)).toEqual([])
      return [resource, parsed.table]
    }),
  )
}

const SHARES = ['user_pct', 'nice_pct', 'system_pct', 'iowait_pct', 'steal_pct', 'idle_pct'] as const

/** Shares of the CPU that add up to a whole, in samples of a second, as many as there are. */
function expectGoodCpu(table: Table | undefined, leastRows: number): void {
  if (table === undefined) expect.fail('no cpu table')
  expect(table.rowCount).toBeGreaterThanOrEqual(leastRows)
  for (let row = 0; row < table.rowCount; row++) {
    const sum = SHARES.reduce((total, name) => total + (table.columns.get(name)?.[row] ?? Number.NaN), 0)
    expect(sum).toBeGreaterThan(99.5)
    expect(sum).toBeLessThan(100.5)
    expect(table.columns.get('busiest_core_pct')?.[row]).toBeGreaterThanOrEqual(0)
  }
  expect(Math.abs(median([...table.intervalSec]) - 1)).toBeLessThan(0.05)
  const now = Date.now()
  expect(Math.abs((table.timeMs.at(-1) ?? 0) - now)).toBeLessThan(20_000)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Uptimes of the samples in a file of the sampler. */
function stampsIn(bytes: Buffer): readonly number[] {
  return [...bytes.toString('latin1').matchAll(/^@ \S+ (\S+) \d+$/gm)].map((match) => Number(match[1]))
}

/** Processes that a test may find while the logger lives: the children of its shell or of awk. */
const HELPERS = /^(sh|sleep|sar|sadf|.*\/sadc)$/

describe.each(WAYS)('$title', { concurrent: true }, (way) => {
  describeWith(way.tools, 'as the recorder of a node', () => {
    it('arms, records at 1 s, stops, is fetched whole, and leaves nothing', async (context) => {
      const life = await begin(context, way, 600)
      const { node, logger } = life
      const commands = markedProcesses(node.place.sessionId).map(({ command }) => command)
      expect(commands.some((command) => command.includes(way.process))).toBe(true)
      expect(commands.filter((command) => !command.includes(way.process) && !HELPERS.test(command))).toEqual(
        [],
      )
      await sleep(6000)
      const status = await askStatus(node.transport, node.place, way.collector, CALL)
      expect(status.loggers).toMatchObject([{ name: logger.name, isAlive: true }])
      expect(status.samples).toBeGreaterThanOrEqual(6)
      expect(status.samples).toBeLessThanOrEqual(8)
      const halted = await haltNode(node.transport, node.place, CALL)
      expect(halted.leftBehind).toEqual([])
      expect(endProblems(halted, 600)).toEqual([])
      expect(markedProcesses(node.place.sessionId)).toEqual([])
      const beganMs = performance.now()
      const pulled = await pullFiles(node, way.collector)
      expect(performance.now() - beganMs).toBeLessThan(5000)
      expect(pulled.frames.filter((frame) => frame.code !== 0)).toEqual([])
      const parsed = await tables(life, way, pulled)
      expectGoodCpu(parsed.get('cpu'), 5)
      for (const [resource, table] of parsed) expect(table.rowCount, resource).toBeGreaterThanOrEqual(5)
      expect(parsed.get('network')?.devices).toContain('lo')
      if (way.collector === proc) expectNoDrift(pulled)
      await removeFolder(node.transport, node.place, false, CALL)
      expect(readdirSync(node.place.remoteDir)).toEqual([])
    })
  })
})

/** Each tick is where the first one says, but for a few that came late. */
function expectNoDrift(pulled: PulledFiles): void {
  const stamps = stampsIn(pulled.files.get('cpu') ?? Buffer.alloc(0))
  const [first = Number.NaN] = stamps
  const offsets = stamps.map((stamp, tick) => stamp - first - tick)
  expect(stamps.length).toBeGreaterThanOrEqual(6)
  expect(Math.abs(median(offsets.slice(-3)))).toBeLessThanOrEqual(0.03)
  const steps = stamps.slice(1).map((stamp, at) => stamp - (stamps[at] ?? Number.NaN))
  expect(Math.abs(median(steps) - 1)).toBeLessThanOrEqual(0.03)
}

const LEASE_SEC = 2

describe.each(WAYS.filter((way) => !/under bash|busybox/.test(way.title)))(
  'the lease of $title',
  { concurrent: true },
  (way) => {
    describeWith(way.tools, 'when nobody ever stops it', () => {
      it('ends every process of it after its count of samples, and is told as such', async (context) => {
        const life = await begin(context, way, LEASE_SEC + 1)
        const { node } = life
        await until(() => markedProcesses(node.place.sessionId).length === 0, 10, 'the logger ends by itself')
        const halted = await haltNode(node.transport, node.place, CALL)
        expect(endProblems(halted, LEASE_SEC)).toEqual([
          expect.stringMatching(/^the lease ended before stop: /),
        ])
        const pulled = await pullFiles(node, way.collector)
        expectGoodCpu((await tables(life, way, pulled)).get('cpu'), LEASE_SEC)
      })
    })
  },
)

/** Bytes of one sample of the largest file of the sampler here, about. */
function largestSample(): number {
  const stat = readFileSync('/proc/stat', 'latin1')
    .split('\n')
    .filter((line) => line.startsWith('cpu'))
  const sizes = [
    stat.join('\n'),
    readFileSync('/proc/diskstats', 'latin1'),
    readFileSync('/proc/net/dev', 'latin1'),
  ]
  return Math.max(...sizes.map((text) => text.length)) + 40
}

const BOUNDED = WAYS.filter((way) => /sadc under dash|perl|bash under bash|mawk|awk with/.test(way.title))

describe.each(BOUNDED)('max_size of $title', { concurrent: true }, (way) => {
  describeWith(way.tools, 'when it is reached', () => {
    it('ends the logger, keeps every whole sample, and is told as such', async (context) => {
      const whole = 3.5
      const facts = await probe(liveNode(context))
      const perFile =
        way.collector === sar ? 3000 + whole * sar.bytesPerSample(facts) : 100 + whole * largestSample()
      const files = way.collector.loggers(facts, { intervalSec: 1, count: 1 })[0]?.files.length ?? 1
      const life = await begin(context, way, 600, Math.ceil(perFile) * files)
      const { node } = life
      await until(
        () => markedProcesses(node.place.sessionId).length === 0,
        15,
        'the logger reaches its limit',
      )
      const halted = await haltNode(node.transport, node.place, CALL)
      expect(endProblems(halted, 600)).toEqual([expect.stringMatching(/ reached max_size and stopped/)])
      for (const file of halted.files) expect(file.bytes, file.name).toBeLessThanOrEqual(Math.ceil(perFile))
      const pulled = await pullFiles(node, way.collector)
      expectGoodShares((await tables(life, way, pulled, () => true)).get('cpu'))
    })
  })
})

function expectGoodShares(table: Table | undefined): void {
  if (table === undefined) expect.fail('no cpu table')
  expect(table.rowCount).toBeGreaterThanOrEqual(1)
  for (let row = 0; row < table.rowCount; row++) {
    const sum = SHARES.reduce((total, name) => total + (table.columns.get(name)?.[row] ?? Number.NaN), 0)
    expect(Math.abs(sum - 100)).toBeLessThan(0.5)
  }
}
