import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Block, CommandContext, CommandResult } from '../../../src/commands/context.js'
import { type SummaryOptions, summarizeSession, summaryCommand } from '../../../src/commands/summary.js'
import { ConfigError, SessionError } from '../../../src/errors.js'
import { type Planting, plant, START_MS } from '../../support/planted.js'
import { type PlantedChange, writePlanted } from '../../support/planted-session.js'

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clusterp-summary-'))
  folders.push(folder)
  return folder
}

function contextIn(directory: string, hosts?: string): CommandContext {
  return {
    directory,
    configPath: join(directory, 'config.yml'),
    env: {},
    flags: hosts === undefined ? {} : { hosts },
    version: '0',
    controllerHost: 'here',
    zoneOffsetMinutes: () => 60,
    now: () => 0,
    random: (bytes) => new Uint8Array(bytes),
    signal: new AbortController().signal,
    report: () => undefined,
    ask: () => Promise.reject(new Error('nobody is asked')),
    isTerminal: false,
    asksPassword: false,
  }
}

async function summaryOf(
  planting: Planting,
  change: PlantedChange = {},
  options: SummaryOptions & { readonly hosts?: string } = {},
): Promise<CommandResult> {
  const directory = await newFolder()
  await writePlanted(directory, plant(planting), change)
  return summaryCommand(contextIn(directory, options.hosts), options)
}

const lineOf = (block: Block): readonly string[] =>
  block.kind === 'line' ? [block.text] : [block.head, ...block.rows].map((row) => row.join('  '))
const linesOf = ({ blocks }: CommandResult): readonly string[] => blocks.flatMap(lineOf)
const textOf = (result: CommandResult): string => linesOf(result).join(' ').replaceAll(/\s+/g, ' ')

/** A phase from the 24th to the 96th of 120 seconds: as long as the cause holds. */
const SHUFFLE = [
  { atMs: START_MS + 24_000, text: 'shuffle' },
  { atMs: START_MS + 96_000, text: 'write' },
]
const PLOTS = ['cpu/utilization.svg', 'cpu/utilization.png', 'network/em1_in.svg', 'network/em1_out.svg']
const alias = (host: string): string => host.replace('node', 'W')

describe('summary', () => {
  it('says in one sentence what held the job back, where, and of what its shares are shares', async () => {
    const result = await summaryOf({ cause: 'network' }, { marks: SHUFFLE, alias, plots: PLOTS })
    expect(result.exitCode).toBe(0)
    expect(textOf(result)).toContain(
      'In "shuffle" (13:00:24–13:01:36, 72 s, 60 % of the run) the network was the bottleneck on 7 of 8 nodes ' +
        '(W[1-7]): em1 out at 96 % of 10 Gb/s for 100 % of the phase. Meanwhile there (medians): CPU 22 %, ' +
        'memory 35 %, disk DATA 12 %. On the other node it was at 8 %.',
    )
  })

  it('says what to do next and which picture shows it', async () => {
    const drawn = await summaryOf({ cause: 'network' }, { marks: SHUFFLE, plots: PLOTS })
    expect(textOf(drawn)).toContain(
      'Next: send less (compress, combine, work where the data are), or use a faster link; look at plot/network/em1_out.svg, plot/network/em1_in.svg.',
    )
    expect(textOf(drawn)).toContain('3 plots in plot/')
    const bare = await summaryOf({ cause: 'network' }, { marks: SHUFFLE })
    expect(textOf(bare)).toContain('draw it: clusterp plot.')
  })

  it.each([
    [
      'cpu',
      /the CPUs were the bottleneck on all 8 nodes: CPU at 99 % with 14 runnable tasks for 8 CPUs for 60 %/,
    ],
    ['core', /a single core was the bottleneck .* one core at 100 % while all CPUs together were at 14 %/],
    [
      'disk',
      /the disk DATA was the bottleneck .* with 12 requests queued, 40 ms each, 20 times what they take/,
    ],
    ['rdma', /InfiniBand was the bottleneck .* mlx5_0 in .*at 97 % of the port's rate/],
    ['memory', /memory was the bottleneck .* memory 97 % in use with 3000 pages\/s swapped/],
    [
      'gpu starved',
      /the GPUs waited for the rest of their node .* GPUs at 15 % while the disk DATA was full/,
    ],
    ['gpu throttled', /GPUs were slowed down .* held down by heat \(hw_thermal_slowdown\)/],
    [
      'slow node',
      /nothing was full for 30 % of the time, but 1 of 8 nodes \(node3\) ran unlike the others: CPU 35 points below/,
    ],
    ['two slow nodes', /2 of 16 nodes \(node\[5,12\]\) ran unlike the others/],
    ['idle node', /1 of 8 nodes \(node6\) stood idle/],
    ['steal', /other machines of the hypervisor held the job back on 2 of 8 nodes \(node\[1,4\]\): 25 %/],
    [
      'none',
      /Over the whole run .* there was no clear bottleneck: nothing that is measured was full for 30 % of the time on any of 8 nodes/,
    ],
  ] as const)('has a sentence for a session with the planted cause "%s"', async (cause, sentence) => {
    expect(textOf(await summaryOf({ cause }))).toMatch(sentence)
  })

  it.each([4, 120])('fits one screen with %i hosts and many phases', async (hostCount) => {
    const marks = Array.from({ length: 12 }, (_, index) => ({
      atMs: START_MS + index * 10_000,
      text: `step ${index} with a name that is rather long, longer than a column`,
    }))
    const samples = hostCount > 100 ? 60 : 120
    const result = await summaryOf(
      { cause: 'network', hostCount, samples, noise: 0.1, hasGap: true },
      { marks },
    )
    const lines = linesOf(result)
    expect(lines.length).toBeLessThanOrEqual(40)
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThanOrEqual(100)
    expect(lines.join('\n')).toMatch(/3 longest of \d+ phases/)
  })

  it('judges one phase when it is asked for, and knows which one was meant', async () => {
    const planting = { cause: 'network' } as const
    const free = await summaryOf(planting, { marks: SHUFFLE }, { phase: 'write' })
    expect(textOf(free)).toContain(
      'In "write" (13:01:36–13:02:00, 24 s, 20 % of the run) there was no clear bottleneck',
    )
    expect(free.json).toMatchObject({
      verdict: { kind: 'none', phase: 'write' },
      phases: [{ label: 'write', seconds: 24 }],
    })
    const wrong = summaryOf(planting, { marks: SHUFFLE }, { phase: 'shufle' })
    await expect(wrong).rejects.toThrow(ConfigError)
    await expect(wrong).rejects.toMatchObject({ exitCode: 2, hint: 'did you mean: --phase "shuffle"' })
  })

  it('judges the hosts that --hosts picks, and says of how many', async () => {
    const result = await summaryOf({ cause: 'slow node' }, {}, { hosts: 'node[1-2],node4' })
    expect(textOf(result)).toContain('3 of 8 hosts')
    expect(textOf(result)).toContain('there was no clear bottleneck')
    expect(textOf(result)).toContain(
      'Stragglers: not judged (5 nodes are needed to say what is usual, there are 3)',
    )
  })

  it('does not claim that nothing was full where something was, though not for long', async () => {
    const result = await summaryOf({ cause: 'network', share: 0.25 })
    expect(textOf(result)).toMatch(
      /no clear bottleneck: nothing .* full for 30 % of the time .* Nearest to it: em1 out at 96 % of 10 Gb\/s for 25 % of the time on 7 of 8 nodes/,
    )
  })

  it('names hosts as configured in what it gives to programs, and by alias to people', async () => {
    const result = await summaryOf({ cause: 'slow node' }, { alias })
    expect(textOf(result)).toContain('(W3)')
    expect(JSON.stringify(result.json)).not.toContain('W3')
    expect(result.json).toMatchObject({
      verdict: {
        kind: 'straggler',
        resource: 'cpu',
        hosts: ['node3'],
        text: expect.stringContaining('(node3)'),
      },
      binSeconds: 1,
    })
    expect(Object.keys((result.json.findings as readonly object[])[0] ?? {})).toEqual([
      'kind',
      'resource',
      'device',
      'hosts',
      'share',
      'value',
      'limit',
      'unit',
      'text',
      'phase',
      'from',
      'to',
    ])
  })

  it('tells gaps, hosts without data, and what was not measured', async () => {
    const directory = await newFolder()
    const planted = plant({ cause: 'none', hasGap: true })
    await writePlanted(directory, planted, {})
    await rm(join(directory, 'parsed', 'cpu', 'node8.csv'))
    const text = textOf(await summaryCommand(contextIn(directory), {}))
    expect(text).toContain('Gap: node2: 1 gap: no samples for 6 s, 5 % of the run')
    expect(text).toContain('Not measured: GPU; InfiniBand; no cpu data (node8)')
  })

  it('names a host of which there is not one CSV, also where nobody knows why', async () => {
    const directory = await newFolder()
    const planted = plant({ cause: 'none' })
    await writePlanted(directory, planted, {})
    const resources = [...new Set(planted.tables.map(({ resource }) => resource))]
    await Promise.all(resources.map((resource) => rm(join(directory, 'parsed', resource, 'node8.csv'))))
    const result = await summaryCommand(contextIn(directory), {})
    expect(textOf(result)).toContain('No data of node8 (no data)')
    expect(result.json.failedHosts).toMatchObject([{ host: 'node8', isAbsent: true }])
    expect(result.hosts).toContainEqual({
      host: 'node8',
      alias: null,
      ok: false,
      error: { message: 'no data', hint: null },
    })
    const failedOf = async (hosts: string) =>
      (await summaryCommand(contextIn(directory, hosts), {})).json.failedHosts
    expect(await failedOf('node[1-4]')).toEqual([])
    expect(await failedOf('node[7-8]')).toMatchObject([{ host: 'node8' }])
    const alone = summaryCommand(contextIn(directory, 'node8'), {})
    await expect(alone).rejects.toThrow(SessionError)
    await expect(alone).rejects.toThrow('there are no CSVs with rows of node8 in')
  })

  it('tells a cause once, however many phases have it', async () => {
    const marks = [0, 40_000, 80_000].map((ms, index) => ({ atMs: START_MS + ms, text: `step ${index}` }))
    const text = textOf(await summaryOf({ cause: 'idle node' }, { marks }))
    expect(text).toContain('the same in step 0 (13:00:00–13:00:40), step 1')
    expect(text.match(/did nothing/g)).toHaveLength(1)
  })

  it('gives no share of the time of what has none', async () => {
    const marks = [
      { atMs: START_MS, text: 'load' },
      { atMs: START_MS + 60_000, text: 'train' },
    ]
    const text = textOf(await summaryOf({ cause: 'slow node' }, { marks }))
    expect(text).toMatch(/the same in (load|train) \(13:0\d:\d\d–13:0\d:\d\d\)/)
  })

  it('says what to type when there is nothing to judge', async () => {
    const nothing = summarizeSession(contextIn(await newFolder()))
    await expect(nothing).rejects.toThrow(SessionError)
    await expect(nothing).rejects.toMatchObject({ exitCode: 1, hint: 'make them: clusterp parse' })
  })

  it('works on CSVs alone, without session.json', async () => {
    const directory = await newFolder()
    await writePlanted(directory, plant({ cause: 'disk' }))
    await rm(join(directory, 'session.json'))
    await writeFile(join(directory, 'marks.jsonl'), '')
    const { sentence } = await summarizeSession(contextIn(directory))
    expect(sentence).toContain('the disk DATA was the bottleneck on all 8 nodes')
  })
})
