import { describe, expect, it } from 'vitest'
import { createAnalysis } from '../../src/analysis/analysis.js'
import type { Analysis, AnalysisContext } from '../../src/analysis/finding.js'
import type { Table } from '../../src/model.js'
import { contextOf, metaOf, START_MS, tableOf, times } from './judging/session.js'

function analyse(tables: readonly Table[], context: AnalysisContext): Analysis {
  const analyser = createAnalysis(context)
  for (const table of tables) analyser.add(table)
  return analyser.finish()
}

const cpu = (host: string, used: readonly number[]) => tableOf(host, 'cpu', { utilization_pct: used })

describe('createAnalysis', () => {
  it('judges each phase apart, and takes the verdict from the one in which most time was lost', () => {
    // load 0–10 s: free. train 10–40 s: full for 24 of 30 s.
    const tables = [cpu('n1', [...times(10, 20), ...times(24, 99), ...times(6, 20)])]
    const marks = [
      { atMs: START_MS, text: 'load' },
      { atMs: START_MS + 10_000, text: 'train' },
    ]
    const { verdict, phaseVerdicts } = analyse(tables, contextOf(tables, 40, { marks }))
    expect(phaseVerdicts.map(({ kind }) => kind)).toEqual(['none', 'bottleneck'])
    expect(verdict).toMatchObject({ kind: 'bottleneck', phaseShare: 0.75, weight: 0.8, hostCount: 1 })
    expect(verdict.phase.label).toBe('train')
    expect(verdict.cause).toMatchObject({ resource: 'cpu', share: 0.8, phase: 'train' })
  })

  it('counts the share of node-time over all nodes, those that were free too', () => {
    const tables = [
      cpu('n1', times(20, 99)),
      cpu('n2', times(20, 30)),
      cpu('n3', times(20, 40)),
      cpu('n4', times(20, 50)),
    ]
    const { verdict } = analyse(tables, contextOf(tables, 20))
    expect(verdict).toMatchObject({ weight: 0.25, elsewhere: 40, cause: { hosts: ['n1'] } })
  })

  it('has medians, 95th percentiles and peaks over all moments of all nodes', () => {
    // 20 values: 1 … 10 and 11 … 20: the 10th is 10, the 19th 19.
    const tables = [
      cpu('n1', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
      cpu('n2', [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]),
    ]
    expect(analyse(tables, contextOf(tables, 10)).rows).toEqual([
      {
        phase: 'whole run',
        resource: 'cpu',
        column: 'utilization_pct',
        device: null,
        unit: '%',
        hosts: 2,
        median: 10,
        p95: 19,
        peak: 20,
      },
    ])
  })

  it('judges a run with thousands of marks in seconds', { timeout: 5000 }, () => {
    const hosts = Array.from({ length: 20 }, (_, index) => cpu(`n${index}`, times(900, 99)))
    const marks = Array.from({ length: 9000 }, (_, index) => ({ atMs: START_MS + index * 100, text: 'step' }))
    const { verdict } = analyse(hosts, contextOf(hosts, 900, { marks }))
    expect(verdict).toMatchObject({ kind: 'bottleneck', phase: { label: 'whole run' } })
  })

  it('says that too little was measured, not that nothing was busy, when there are no CPU data', () => {
    const tables = [tableOf('n1', 'memory', { utilization_pct: times(10, 20) })]
    expect(analyse(tables, contextOf(tables, 10)).verdict.kind).toBe('not_measured')
    const short = [cpu('n1', [10, 20])]
    expect(analyse(short, contextOf(short, 2)).verdict.kind).toBe('not_measured')
  })

  it('keeps a disk that is busy with swapping out of the verdict', () => {
    const tables = [
      cpu('n1', times(10, 20)),
      tableOf('n1', 'memory', { utilization_pct: times(10, 96) }),
      tableOf('n1', 'swap', { swap_in_pages_per_s: times(10, 900), swap_out_pages_per_s: times(10, 900) }),
      tableOf(
        'n1',
        'disk',
        { utilization_pct: times(10, 100), queue_length: times(10, 9), await_ms: times(10, 50) },
        { name: 'sda' },
      ),
    ]
    const { verdict, findings } = analyse(tables, contextOf(tables, 10))
    expect(verdict.cause?.resource).toBe('memory')
    expect(findings.some(({ kind, resource }) => kind === 'bottleneck' && resource === 'disk')).toBe(true)
  })

  it('finds holes once for all resources of a host, and a missing beginning and end', () => {
    const holed = (host: string, resource: 'cpu' | 'memory', rows: readonly number[]): Table => {
      const table = tableOf(host, resource, { utilization_pct: times(rows.length, 10) })
      return { ...table, timeMs: Float64Array.from(rows, (row) => START_MS + row * 1000) }
    }
    // Rows end at 10, 11, 12, 20, 21 … 30 s of 40: missing 0–9, 12–19 and 30–40: 9 + 7 + 10 = 26 s.
    const rows = [10, 11, 12, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]
    const tables = [holed('n1', 'cpu', rows), holed('n1', 'memory', rows)]
    expect(analyse(tables, contextOf(tables, 40)).gaps).toMatchObject([
      {
        kind: 'gap',
        resource: null,
        hosts: ['n1'],
        value: 26,
        limit: 1,
        share: 0.65,
        from: '2026-03-01T12:00:00.500Z',
        to: '2026-03-01T12:00:40.500Z',
        text: '3 gaps: no samples for 26 s, the longest 10 s, 65 % of the run',
      },
    ])
    const alone = [holed('n1', 'cpu', rows), tableOf('n1', 'memory', { utilization_pct: times(40, 10) })]
    expect(analyse(alone, contextOf(alone, 40)).gaps).toMatchObject([{ resource: 'cpu', value: 26 }])
    const load = tableOf('n1', 'load', { run_queue: times(40, 1) })
    expect(analyse([...tables, load], contextOf(tables, 40)).gaps).toMatchObject([
      { resource: null, value: 26, text: expect.stringContaining('no samples of cpu, memory for 26 s') },
    ])
  })

  it('makes findings of restarts, clock steps and GPUs that fell silent', () => {
    const tables = [cpu('n1', times(10, 10)), cpu('n2', times(10, 10))]
    const lost = { kind: 'gpu', atMs: START_MS, text: 'gpu 5: no longer answers' } as const
    const events = [
      { host: 'n1', ...lost },
      { host: 'n2', ...lost },
      { host: 'n1', kind: 'clock-step', atMs: START_MS, text: 'the clock was set forward by 30 s' },
      { host: 'n1', kind: 'comment', atMs: START_MS, text: 'hello' },
    ] as const
    const { findings } = analyse(tables, contextOf(tables, 10, { events }))
    expect(findings.filter(({ kind }) => kind === 'errors' || kind === 'clock')).toMatchObject([
      {
        kind: 'errors',
        resource: 'gpu',
        hosts: ['n1', 'n2'],
        value: 2,
        text: 'gpu 5: no longer answers (2 times)',
      },
      { kind: 'clock', hosts: ['n1'], value: 1 },
    ])
  })

  it('never calls the network idle where active RDMA ports gave no data', () => {
    const port = { rate_gbit_per_s: 100, state: 'ACTIVE', link_layer: 'InfiniBand', is_readable: false }
    const tables = [cpu('n1', times(10, 10))]
    const unseen = analyse(
      tables,
      contextOf(tables, 10, {
        meta: metaOf({ infiniband: { 'mlx5_0/1': port, 'mlx5_1/1': { ...port, state: 'DOWN' } } }),
      }),
    )
    expect(unseen.verdict.isFabricUnseen).toBe(true)
    expect(unseen.notMeasured).toContainEqual(
      expect.objectContaining({
        resource: 'infiniband',
        text: '1 active RDMA port (mlx5_0/1) without data: what went over RDMA is not known',
      }),
    )
    const rdma = tableOf('n1', 'infiniband', { in_bytes_per_s: times(10, 1) }, { name: 'mlx5_0' })
    const seen = [...tables, rdma]
    const meta = metaOf({ infiniband: { 'mlx5_0/1': port } })
    expect(analyse(seen, contextOf(seen, 10, { meta })).verdict.isFabricUnseen).toBe(false)
  })

  it('says which figures lack what they would be a share of', () => {
    const tables = [
      cpu('n1', times(10, 10)),
      tableOf(
        'n1',
        'network',
        { in_bytes_per_s: times(10, 1e6), out_bytes_per_s: times(10, 1e6) },
        { name: 'em1' },
      ),
    ]
    const { notMeasured } = analyse(tables, contextOf(tables, 10, { meta: null }))
    expect(notMeasured.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'the number of CPUs is not known',
        'the link speed of em1 is not known: whether it was full cannot be told',
        'no gpu data',
      ]),
    )
  })

  it('never takes a link for fuller than full, and does not judge one that carries more than its speed', () => {
    const link = (pct: number) => [
      cpu('n1', times(10, 10)),
      tableOf(
        'n1',
        'network',
        { in_bytes_per_s: times(10, 1e6), utilization_pct: times(10, pct) },
        { name: 'em1' },
      ),
    ]
    const full = analyse(link(104), contextOf(link(104), 10))
    expect(full.rows.find(({ resource, unit }) => resource === 'network' && unit === '%')).toMatchObject({
      peak: 100,
    })
    const wrong = analyse(link(150), contextOf(link(150), 10))
    expect(wrong.rows.some(({ resource, unit }) => resource === 'network' && unit === '%')).toBe(false)
    expect(wrong.notMeasured.map(({ text }) => text)).toContain(
      'em1 carried more than the link speed that its node reports: whether it was full cannot be told',
    )
  })

  it('gives every finding numbers: a value, a limit and their unit', () => {
    const tables = [1, 2, 3, 4, 5, 6].map((n) => cpu(`n${n}`, times(40, n === 6 ? 20 : 99)))
    const { findings } = analyse(tables, contextOf(tables, 60))
    expect(findings.length).toBeGreaterThan(3)
    for (const { value, limit, unit, share, hosts } of findings) {
      expect([Number.isFinite(value), Number.isFinite(limit), unit !== '', hosts.length > 0]).toEqual(
        times(4, 1).map(Boolean),
      )
      expect(share === null || (share >= 0 && share <= 1)).toBe(true)
    }
  })
})
