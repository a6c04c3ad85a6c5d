import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clusterp,
  configText,
  copiedPlace,
  type Ended,
  filesOf,
  newPlace,
  type Place,
  removePlaces,
  rowsOf,
  sessionOf,
} from '../support/program.js'
import { expectAllEnded } from '../support/truth.js'

/** DESIGN "parsed CSV"; the resources that this machine records in any case. */
const COLUMNS: Readonly<Record<string, string>> = {
  cpu: 'user_pct,nice_pct,system_pct,iowait_pct,steal_pct,idle_pct,utilization_pct,busiest_core,busiest_core_pct,cores_above_90',
  memory: 'total_bytes,available_bytes,used_bytes,buffers_bytes,cached_bytes,utilization_pct',
  swap: 'total_bytes,used_bytes,utilization_pct,swap_in_pages_per_s,swap_out_pages_per_s',
  disk: 'device,alias,transfers_per_s,read_bytes_per_s,write_bytes_per_s,discard_bytes_per_s,queue_length,await_ms,utilization_pct',
  network:
    'interface,alias,in_bytes_per_s,out_bytes_per_s,in_packets_per_s,out_packets_per_s,in_errors_per_s,out_errors_per_s,in_drops_per_s,out_drops_per_s,utilization_pct',
  load: 'run_queue,tasks,load_1,load_5,load_15,blocked',
  paging: 'page_in_bytes_per_s,page_out_bytes_per_s,faults_per_s,major_faults_per_s,scanned_pages_per_s',
}

afterAll(removePlaces)

describe.each(['auto', 'proc'])('a session recorded with collector: %s', (collector) => {
  const ended: Record<string, Ended> = {}
  let place: Place
  let files: Readonly<Record<string, string>>

  beforeAll(async () => {
    place = await newPlace(`collector: ${collector}\n`)
    ended.start = await clusterp(place, ['start', '--name', 'baseline', '--json'])
    ended.second = await clusterp(place, ['start', '--json'])
    await wait(2500)
    ended.status = await clusterp(place, ['status', '--json'])
    ended.stop = await clusterp(place, ['stop', '--with-parse', '--with-plot', '--json'])
    ended.again = await clusterp(place, ['stop'])
    ended.third = await clusterp(place, ['stop'])
    files = await filesOf(place.directory)
  })

  it('starts, and says so as one line of JSON', () => {
    expect(ended.start?.code, ended.start?.stderr).toBe(0)
    expect(ended.start?.stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(ended.start?.json).toMatchObject({
      ok: true,
      exitCode: 0,
      hosts: [{ host: 'localhost', alias: null, ok: true, error: null }],
      session: expect.stringMatching(/^\d{8}-\d{6}-[0-9a-f]{8}$/),
    })
    expect(Number(ended.start?.json?.startMs) % 1000).toBe(500)
  })

  it('refuses a second start, and names the way on', () => {
    expect(ended.second?.code).toBe(1)
    expect(ended.second?.json).toMatchObject({ ok: false, exitCode: 1, hosts: [] })
    expect(ended.second?.stderr).toMatch(/session \S+ is running already\n {2}try: .*clusterp stop/)
  })

  it('is shown by status with its logger alive and its samples counted', () => {
    expect(ended.status?.code).toBe(0)
    expect(ended.status?.json).toMatchObject({
      ok: true,
      state: 'running',
      nodes: [{ host: 'localhost', state: 'running', loggers: [{ alive: true }] }],
    })
    const { nodes } = (ended.status?.json ?? {}) as {
      nodes: { samples: number; bytes: number; lastAgeSec: number }[]
    }
    const [node] = nodes
    expect(node?.samples).toBeGreaterThanOrEqual(3)
    expect(node?.samples).toBeLessThanOrEqual(12)
    expect(node?.bytes).toBeGreaterThan(500)
    expect(node?.lastAgeSec).toBeLessThanOrEqual(3)
  })

  it('stops, parses and plots with results on stdout and progress on stderr', () => {
    expect(ended.stop?.code, ended.stop?.stderr).toBe(0)
    expect(ended.stop?.stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(ended.stop?.json).toMatchObject({ ok: true, state: 'stopped', partial: [] })
    expect(ended.stop?.stderr).toMatch(/^\[localhost\] stopped, [\d.]+ k?B fetched$/m)
  })

  it('says the same when it is stopped again', () => {
    expect(ended.again).toMatchObject({ code: 0, stderr: '' })
    expect(ended.again?.stdout).toContain('the data of 1 of 1 host are complete')
    expect(ended.third).toMatchObject({ code: 0, stdout: ended.again?.stdout })
  })

  it('leaves nothing on the node', async () => {
    await expectAllEnded(place)
  })

  it('leaves the tree of DESIGN', () => {
    const names = Object.keys(files)
    const resources = Object.keys(COLUMNS)
    const wanted = [
      'config.yml',
      'clusterp.log',
      'session.json',
      'raw/meta/localhost.json',
      'plot/cpu/utilization.svg',
      'plot/cpu/iowait.svg',
      'plot/memory/utilization.svg',
      'plot/load/run_queue.svg',
      ...resources.map((resource) => `raw/${resource}/localhost`),
      ...resources.map((resource) => `parsed/${resource}/localhost.csv`),
    ]
    expect(wanted.filter((name) => !names.includes(name))).toEqual([])
    const known =
      /^(config\.yml|clusterp\.log|session\.json|raw\/(meta|sysstat|cpu-cores|[a-z]+)\/localhost[a-z.]*|parsed\/([a-z]+\/localhost\.csv|events\.jsonl)|plot\/([a-z]+\/)?[\w-]+\.svg)$/
    expect(names.filter((name) => !known.test(name))).toEqual([])
  })

  it.each(Object.entries(COLUMNS))('has the columns of DESIGN in %s', (resource, columns) => {
    const csv = files[`parsed/${resource}/localhost.csv`] ?? ''
    expect(csv.split('\n')[0]).toBe(`timestamp,elapsed_s,interval_s,${columns}`)
    for (const row of rowsOf(csv)) {
      expect(row.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)
      expect(Number(row.elapsed_s)).toBeGreaterThan(0)
      expect(Number(row.elapsed_s)).toBeLessThan(60)
      expect(Math.abs(Number(row.interval_s) - 1)).toBeLessThan(0.6)
    }
  })

  it('measures what can be', () => {
    const cpu = rowsOf(files['parsed/cpu/localhost.csv'] ?? '')
    expect(cpu.length).toBeGreaterThanOrEqual(2)
    for (const row of cpu) {
      const parts = ['user', 'nice', 'system', 'iowait', 'steal', 'idle'].map((part) =>
        Number(row[`${part}_pct`]),
      )
      expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - 100)).toBeLessThan(1)
      const used = 100 - Number(row.idle_pct) - Number(row.iowait_pct)
      expect(Math.abs(Number(row.utilization_pct) - used)).toBeLessThan(0.02)
    }
    const [memory] = rowsOf(files['parsed/memory/localhost.csv'] ?? '')
    const totalKb = Number(/"memory_total_bytes": ?(\d+)/.exec(files['raw/meta/localhost.json'] ?? '')?.[1])
    expect(Number(memory?.total_bytes)).toBe(totalKb)
    expect(Number(memory?.available_bytes)).toBeLessThanOrEqual(Number(memory?.total_bytes))
    expect(Number(memory?.available_bytes)).toBeGreaterThan(0)
  })

  it('logs every line with its time', () => {
    const lines = (files['clusterp.log'] ?? '').trimEnd().split('\n')
    expect(lines.filter((line) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ./.test(line))).toEqual([])
    const log = lines.join('\n')
    for (const text of [
      '[localhost] recording every 1 s',
      'is running already',
      '[localhost] stopped',
      'Drew ',
    ])
      expect(log).toContain(text)
  })

  it('gives the same CSVs from raw/ and config.yml alone, but for elapsed_s', async () => {
    const bare = await newPlace(null)
    await cp(join(place.directory, 'raw'), join(bare.directory, 'raw'), { recursive: true })
    await cp(join(place.directory, 'config.yml'), join(bare.directory, 'config.yml'))
    expect(await clusterp(bare, ['parse'])).toMatchObject({ code: 0 })
    const parsed = await filesOf(join(bare.directory, 'parsed'))
    const withoutElapsed = (csv: string): string => csv.replaceAll(/^([^,]*),[^,]*,/gm, '$1,')
    for (const resource of Object.keys(COLUMNS)) {
      const name = `${resource}/localhost.csv`
      expect(withoutElapsed(parsed[name] ?? '')).toBe(withoutElapsed(files[`parsed/${name}`] ?? '-'))
    }
  })

  it('draws only what --only, --from and --to leave, and says when that is nothing', async () => {
    const own = await copiedPlace(place)
    expect(await clusterp(own, ['plot', '--only', 'disk/zzz_read'])).toMatchObject({ code: 1, stdout: '' })
    expect(await clusterp(own, ['plot', '--only', 'netwrk'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "network"?'),
    })
    const turned = await clusterp(own, ['plot', '--from', '10', '--to', '5'])
    expect(turned.code).toBe(2)
    expect(turned.stderr).toContain('--to is not after --from')
    const one = await clusterp(own, ['plot', '--only', 'load', '--from', '1s', '--json'])
    expect(one).toMatchObject({ code: 0, json: { plots: ['plot/selection/load/run_queue.svg'] } })
  })

  it('draws with the templates of the folder where there are some', async () => {
    const own = await copiedPlace(place)
    const template = await readFile(new URL('../../templates/lines.json', import.meta.url), 'utf8')
    await mkdir(join(own.directory, 'templates'))
    const changed = { ...JSON.parse(template), background: '#abcdef' }
    await writeFile(join(own.directory, 'templates/lines.json'), JSON.stringify(changed))
    expect(await clusterp(own, ['plot', '--only', 'cpu/iowait'])).toMatchObject({ code: 0 })
    expect(await readFile(join(own.directory, 'plot/cpu/iowait.svg'), 'utf8')).toContain('#abcdef')
  })

  it('goes whole to sessions/<id> when the next one runs, config.yml without its password', async () => {
    const next = await copiedPlace(place)
    const { id } = await sessionOf(place.directory)
    await writeFile(join(next.directory, 'config.yml'), configText(next, 'ssh_password: gr33n-tea\n'), {
      mode: 0o600,
    })
    const start = await clusterp(next, ['start'])
    expect(start.code, start.stderr).toBe(0)
    expect(start.stderr).toContain(`the earlier session is now in sessions/${id}`)
    const archived = await filesOf(join(next.directory, 'sessions', String(id)))
    const expected = Object.fromEntries(Object.entries(files).filter(([name]) => name !== 'config.yml'))
    const { 'config.yml': config, ...others } = archived
    expect(others).toEqual(expected)
    expect(config).toContain('hosts:')
    expect(config).not.toContain('gr33n-tea')
    const stop = await clusterp(next, ['stop', '--now'])
    expect(stop.code).toBe(0)
    const all = JSON.stringify(await filesOf(next.directory))
    expect(all.split('gr33n-tea')).toHaveLength(2)
    const list = await clusterp(next, ['sessions', '--json'])
    expect(list.json).toMatchObject({
      sessions: [{ path: '.' }, { id, name: 'baseline', path: `sessions/${id}` }],
    })
  })
})
