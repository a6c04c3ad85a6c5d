import { describe, expect, it } from 'vitest'
import type { Block, CommandResult } from '../../../src/commands/context.js'
import { type Figures, NO_FIGURES } from '../../../src/commands/watching/figures.js'
import { type HostReport, isToBeAsked } from '../../../src/commands/watching/host-report.js'
import { AwaitedError } from '../../../src/commands/watching/silent-hosts.js'
import { statusResult } from '../../../src/commands/watching/status-result.js'
import { HostError } from '../../../src/errors.js'
import type { Outcome, Session, SessionHost } from '../../../src/model.js'
import type { NodeStatus } from '../../../src/remote/ask.js'
import { sampleHost, sampleSession } from '../../session/sample.js'

const NOW_SEC = 1_795_161_602

const logger = (name: string, isAlive: boolean) => ({
  name,
  pid: 4711,
  startTicks: '1',
  targetUptimeSec: 1,
  isAlive,
  bootId: 'b',
  limitBytes: 1,
})

const nodeStatus = (change: Partial<NodeStatus> = {}): NodeStatus => ({
  bootId: 'b',
  uptimeSec: 100,
  hasFolder: true,
  isTombstone: false,
  loggers: [logger('sadc', true)],
  files: [
    { name: 'sa.bin', bytes: 18_234, changedSec: NOW_SEC - 1 },
    { name: 'sadc.log', bytes: 999, changedSec: NOW_SEC },
  ],
  samples: 12,
  nowSec: NOW_SEC,
  recent: new Map(),
  ...change,
})

const host = (name: string, change: Partial<SessionHost> = {}): SessionHost => ({
  ...sampleHost(name, 1),
  state: 'running',
  problems: [],
  notes: [],
  ...change,
})

const answer = (
  of: SessionHost,
  status: NodeStatus | null = nodeStatus(),
  figures: Figures = NO_FIGURES,
): Outcome<HostReport> => ({ host: of.name, ok: true, value: { host: of, status, figures }, warnings: [] })

const silence = (name: string): Outcome<HostReport> => ({
  host: name,
  ok: false,
  error: new HostError(name, 'connect: no route'),
})

function look(
  hosts: readonly SessionHost[],
  outcomes: readonly Outcome<HostReport>[],
  change: Partial<Session> = {},
): CommandResult {
  const session = sampleSession({ state: 'running', intervalSec: 1, hosts: [...hosts], ...change })
  return statusResult({ session, hosts, outcomes, note: '', nowMs: 0, zoneOffsetMinutes: () => 0 })
}

type Table = Extract<Block, { kind: 'table' }>
const tableOf = (result: CommandResult): Table =>
  result.blocks.find((block): block is Table => block.kind === 'table') as Table

const node1 = host('node1')

describe('the table of a running session', () => {
  it('has samples, age, figures as people read them, size and note', () => {
    const figures: Figures = {
      cpuPct: 42.4,
      memoryPct: 0.4,
      networkInBytesPerSec: 1_250_000,
      networkOutBytesPerSec: 0,
      gpuPct: null,
    }
    const table = tableOf(look([node1], [answer(node1, nodeStatus(), figures)]))
    expect(table.head).toEqual([
      'host',
      'state',
      'samples',
      'last',
      'cpu',
      'memory',
      'net in',
      'net out',
      'gpu',
      'size',
      'note',
    ])
    const cells = ['12', '1 s ago', '42 %', '0 %', '1.25 MB/s', '0 B/s', '-', '18.2 kB', '']
    expect(table.rows).toEqual([['node1', 'running', ...cells]])
  })

  it('says in the state that a host gives no answer, and why below the table', () => {
    const result = look([node1, host('node2')], [silence('node1'), answer(host('node2'))])
    const [row] = tableOf(result).rows
    expect(row?.slice(0, 2)).toEqual(['node1', 'no answer'])
    expect(row?.at(-1)).toBe('')
    expect(result.blocks.slice(2)).toEqual([{ kind: 'line', text: 'node1: connect: no route' }])
    expect(result.exitCode).toBe(3)
  })

  it('shows a host whose first answer is awaited as asked, which is no failure', () => {
    const awaited = { host: 'node1', ok: false, error: new AwaitedError('node1') } as const
    const result = look([node1], [awaited])
    expect(tableOf(result).rows).toEqual([['node1', 'asked', ...Array(8).fill('…'), '']])
    expect(result.blocks).toHaveLength(2)
    expect(result).toMatchObject({ exitCode: 0, hosts: [{ ok: false }], json: { nodes: [] } })
  })

  it('names loggers that are gone', () => {
    const given = nodeStatus({ loggers: [logger('sadc', false), logger('gpu', true)] })
    const result = look([node1], [answer(node1, given)])
    expect(tableOf(result).rows[0]?.[1]).toBe('logger gone')
    expect(tableOf(result).rows[0]?.at(-1)).toBe('sadc GONE')
    expect(result.exitCode).toBe(3)
  })

  it('calls a sample late after two intervals, which is no failure', () => {
    const files = [{ name: 'sa.bin', bytes: 1, changedSec: NOW_SEC - 4 }]
    const result = look([node1], [answer(node1, nodeStatus({ files }))])
    expect(tableOf(result).rows[0]?.[3]).toBe('4 s ago (late)')
    expect(result.exitCode).toBe(0)
  })

  it('ranks no answer above what is broken, late, worth a note and well', () => {
    const late = nodeStatus({ files: [{ name: 'sa.bin', bytes: 1, changedSec: NOW_SEC - 9 }] })
    const noted = host('n4', { notes: ['no GPU data: driver not loaded (rc 9)'] })
    const hosts = [host('n1'), host('n2'), host('n3'), noted, host('n5')]
    const outcomes = [
      silence('n1'),
      answer(host('n2'), nodeStatus({ loggers: [] })),
      answer(host('n3'), late),
      answer(noted),
      answer(host('n5')),
    ]
    const { severity = [] } = tableOf(look(hosts, outcomes))
    expect([...severity].sort((a, b) => b - a)).toEqual(severity)
    expect(new Set(severity).size).toBe(5)
  })

  it('says when the lease ends, and of a lease that is renewed its present end', () => {
    const run = { command: ['x'], startedMs: 1, endedMs: null, exitCode: null, signal: null }
    const lease = { startMs: 1000, durationSec: 3600 }
    expect(look([node1], [answer(node1)], lease).blocks.at(-1)).toEqual({
      kind: 'line',
      text: 'The lease ends in 60 min, at 1970-01-01 01:00:01 +0000.',
    })
    const renewed = look([node1], [answer(node1)], { ...lease, run: { ...run, leaseEndMs: 7_200_000 } })
    expect(renewed.blocks.at(-1)).toMatchObject({ text: expect.stringContaining('02:00:00') })
  })

  it('gives --json the figures as numbers, null where nothing was measured', () => {
    const { json } = look([node1], [answer(node1, nodeStatus(), { ...NO_FIGURES, cpuPct: 42.5 })])
    expect(json).toMatchObject({
      nodes: [{ host: 'node1', samples: 12, lastAgeSec: 1, bytes: 18_234, cpuPct: 42.5, gpuPct: null }],
    })
  })
})

describe('a session of which nothing is left on the nodes', () => {
  const clean = host('node1', { state: 'cleaned' })

  it('is told from session.json alone, with code 0', () => {
    expect(isToBeAsked(clean)).toBe(false)
    const result = look([clean], [answer(clean, null)], { state: 'stopped' })
    expect(result.exitCode).toBe(0)
    expect(tableOf(result)).toMatchObject({
      head: ['host', 'state', 'note'],
      rows: [['node1', 'cleaned', 'nothing is left there']],
    })
  })

  it('still says what its data lack', () => {
    const partial = { ...clean, problems: ['sadc died before it was stopped'] }
    const result = look([partial], [answer(partial, null)], { state: 'stopped' })
    expect(tableOf(result).rows[0]?.[2]).toBe('sadc died before it was stopped')
  })

  it('has to be asked about where a host is pending', () => {
    expect(isToBeAsked(host('node1', { state: 'pending' }))).toBe(true)
    expect(isToBeAsked(host('node1', { state: 'running', armLastUptimeSec: null }))).toBe(false)
  })
})
