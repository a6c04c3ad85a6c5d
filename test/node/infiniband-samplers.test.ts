import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { NodeFacts } from '../../src/collectors/collector.js'
import { infiniband } from '../../src/collectors/infiniband.js'
import { shellFile } from '../../src/remote/shell-files.js'
import { FACTS } from '../collectors/node-facts.js'
import { ACTIVE, DOWN, infinibandPort, newSysfs, UNREADABLE, writePort } from '../support/fake-sysfs.js'
import { describeWith, programPath, type Tool } from '../support/needs.js'

interface Way {
  readonly title: string
  readonly tool: Tool
  /** What a node has that is recorded in this way. */
  readonly facts: Partial<NodeFacts>
  /** The interpreter here, and words before those that a node's gets. */
  readonly command: string
  readonly words: readonly string[]
}

const NO_PERL = { hasPerl: false }
const ONLY_AWK = { ...NO_PERL, bashMajor: null }
const WAYS: readonly Way[] = [
  { title: 'perl', tool: 'perl', facts: {}, command: 'perl', words: [] },
  { title: 'bash', tool: 'bash', facts: NO_PERL, command: 'bash', words: [] },
  { title: 'mawk', tool: 'mawk', facts: ONLY_AWK, command: 'mawk', words: [] },
  { title: 'gawk', tool: 'gawk', facts: ONLY_AWK, command: 'gawk', words: [] },
  { title: 'the awk of busybox', tool: 'busybox', facts: ONLY_AWK, command: 'busybox', words: ['awk'] },
]

/** Above 2^53: an awk or a double would round it. */
const LARGE = 2n ** 63n + 1n

/** What each way meets: ports that are up, down, refuse to be read, and RoCE. */
function ports(root: string): void {
  writePort(root, 'mlx5_0', 1, { ...ACTIVE, ...infinibandPort(LARGE, 70, 3, 1), 'hw_counters/lifespan': 10 })
  writePort(root, 'mlx5_0', 2, { ...DOWN, ...infinibandPort(5, 6) })
  const refused = { 'counters/port_rcv_data': 'N/A (no PMA)', 'counters/port_xmit_data': UNREADABLE }
  writePort(root, 'mlx5_1', 1, { ...ACTIVE, ...refused, 'counters/port_rcv_errors': 9 })
  writePort(root, 'bnxt_re0', 1, { ...ACTIVE, 'hw_counters/rx_bytes': 1000, 'hw_counters/tx_bytes': 2000 })
}

/** The cable of one port goes into the other: its counters move a last time, and the other's link comes up. */
function replug(root: string): void {
  writePort(root, 'mlx5_0', 1, { ...infinibandPort(LARGE + 4n, 71, 3, 1), ...DOWN })
  writePort(root, 'mlx5_0', 2, ACTIVE)
}

/** A sample of a file: uptime and lines, sorted. */
interface Sample {
  readonly uptimeSec: number
  readonly lines: readonly string[]
}

/** Records four samples, a second apart, of ports that change after the second one. */
async function record(way: Way): Promise<{ readonly header: string; readonly samples: readonly Sample[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'clusterp-ports-'))
  try {
    const root = newSysfs(join(folder, `it's a "tree" *`))
    ports(root)
    const [logger] = infiniband.loggers({ ...FACTS, ...way.facts }, { intervalSec: 1, count: 4 })
    const [, ...argv] = (logger?.argv ?? []).map((word) =>
      typeof word === 'string' ? word : shellFile(word.program),
    )
    const child = spawn(programPath(way.command) ?? '', [...way.words, ...argv], {
      cwd: folder,
      env: { ...process.env, CLUSTERP_SYSFS_ROOT: root, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    await sleep(1600)
    replug(root)
    expect({ code: await ended, said }).toEqual({ code: 0, said: '' })
    return samplesOf(readFileSync(join(folder, 'proc.infiniband'), 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function samplesOf(text: string): Awaited<ReturnType<typeof record>> {
  const [header = '', ...lines] = text.trimEnd().split('\n')
  const starts = lines.flatMap((line, at) => (line.startsWith('@') ? [at] : []))
  const samples = starts.map((start, index) => {
    const [, , uptime, count] = (lines[start] ?? '').split(' ')
    const own = lines.slice(start + 1, starts[index + 1] ?? lines.length)
    expect(own).toHaveLength(Number(count))
    return { uptimeSec: Number(uptime), lines: own.sort() }
  })
  return { header, samples }
}

const BEFORE = [
  'bnxt_re0 1 rate 100 Gb/sec (4X EDR)',
  'bnxt_re0 1 rx_bytes 1000',
  'bnxt_re0 1 state 4: ACTIVE',
  'bnxt_re0 1 tx_bytes 2000',
  'mlx5_0 1 port_rcv_data 9223372036854775809',
  'mlx5_0 1 port_rcv_errors 3',
  'mlx5_0 1 port_xmit_data 70',
  'mlx5_0 1 port_xmit_discards 1',
  'mlx5_0 1 rate 100 Gb/sec (4X EDR)',
  'mlx5_0 1 state 4: ACTIVE',
  'mlx5_1 1 port_rcv_errors 9',
  'mlx5_1 1 rate 100 Gb/sec (4X EDR)',
  'mlx5_1 1 state 4: ACTIVE',
]
const AFTER = [
  ...BEFORE.filter((line) => !line.startsWith('mlx5_0')),
  'mlx5_0 1 port_rcv_data 9223372036854775813',
  'mlx5_0 1 port_rcv_errors 3',
  'mlx5_0 1 port_xmit_data 71',
  'mlx5_0 1 port_xmit_discards 1',
  'mlx5_0 1 rate 100 Gb/sec (4X EDR)',
  'mlx5_0 1 state 1: DOWN',
  'mlx5_0 2 port_rcv_data 5',
  'mlx5_0 2 port_rcv_errors 0',
  'mlx5_0 2 port_xmit_data 6',
  'mlx5_0 2 port_xmit_discards 0',
  'mlx5_0 2 rate 100 Gb/sec (4X EDR)',
  'mlx5_0 2 state 4: ACTIVE',
].sort()

describe.each(WAYS)('the port sampler in $title', { concurrent: true }, (way) => {
  describeWith(way.tool, 'as a logger', () => {
    it('copies what can be read of every port that is or was active, digit by digit', async () => {
      const { header, samples } = await record(way)
      expect(header).toBe(`# clusterp-proc 1 infiniband 100 ${FACTS.bootId}`)
      expect(samples).toHaveLength(4)
      expect(samples[0]?.lines).toEqual(BEFORE)
      expect(samples[3]?.lines).toEqual(AFTER)
      const [first, , , last] = samples
      expect(Math.abs((last?.uptimeSec ?? 0) - (first?.uptimeSec ?? 0) - 3)).toBeLessThan(0.5)
    })
  })
})
