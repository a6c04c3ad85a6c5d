import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { ACTIVE, DOWN, infinibandPort, newSysfs, UNREADABLE, writePort } from '../support/fake-sysfs.js'
import { clusterp, newPlace, type Place, removePlaces, rowsOf } from '../support/program.js'
import { expectAllEnded } from '../support/truth.js'

afterAll(removePlaces)

/** Words that go through a port in each second: in, out; errors and discards too. */
const STEP = { received: 500_000_000, sent: 250_000_000, errors: 2, discards: 1 }
/** Above 2^53 from the start. */
const BASE = 2n ** 60n + 7n
const WORD_BYTES = 4
const LINK_BYTES_PER_S = 100e9 / 8

/** Counters as they are after so many seconds. */
function counters(seconds: number): ReturnType<typeof infinibandPort> {
  const received = BASE + BigInt(seconds * STEP.received)
  return infinibandPort(received, seconds * STEP.sent, seconds * STEP.errors, seconds * STEP.discards)
}

/** Moves a port's counters at each full second, half a second from the samples; returns what ends it. */
function advance(root: string, device: string): () => void {
  const begunSec = Math.floor(Date.now() / 1000)
  const move = (): void => writePort(root, device, 1, counters(Math.floor(Date.now() / 1000) - begunSec))
  move()
  const timer = setInterval(move, 20)
  return () => clearInterval(timer)
}

async function placeWithPorts(
  more = '',
): Promise<{ place: Place; root: string; env: Record<string, string> }> {
  const place = await newPlace(more)
  const root = newSysfs(join(place.root, 'sys'))
  return { place, root, env: { CLUSTERP_SYSFS_ROOT: root } }
}

const csvOf = async (place: Place) =>
  rowsOf(await readFile(join(place.directory, 'parsed/infiniband/localhost.csv'), 'utf8'))

describe('InfiniBand', () => {
  it('is recorded beside the node, each number as the counters moved', async () => {
    const { place, root, env } = await placeWithPorts()
    writePort(root, 'mlx5_0', 1, ACTIVE)
    writePort(root, 'mlx5_1', 1, { ...ACTIVE, 'counters/port_rcv_data': UNREADABLE })
    writePort(root, 'mlx5_2', 1, { ...DOWN, ...infinibandPort(0, 0) })
    const end = advance(root, 'mlx5_0')
    const start = await clusterp(place, ['start'], { env })
    expect(start).toMatchObject({ code: 0 })
    await wait(1500)
    writePort(root, 'mlx5_2', 1, ACTIVE)
    const { json } = await clusterp(place, ['status', '--json'], { env })
    const loggers = expect.arrayContaining([expect.objectContaining({ name: 'infiniband', alive: true })])
    expect(json?.nodes).toMatchObject([{ loggers }])
    await wait(3000)
    const stop = await clusterp(place, ['stop', '--with-parse', '--with-plot'], { env })
    end()
    expect(stop).toMatchObject({ code: 0 })
    expect(stop.stdout).toContain('no InfiniBand data of every port: the counters of mlx5_1/1 cannot be read')
    await expectAllEnded(place)

    const rows = await csvOf(place)
    const [moving, later, closed] = ['mlx5_0', 'mlx5_2', 'mlx5_1'].map((device) =>
      rows.filter((row) => row.device === device),
    )
    expect(moving?.length).toBeGreaterThanOrEqual(4)
    const steps = (moving ?? []).map(stepsOf)
    expect(steps.every((count) => Number.isInteger(count) && count >= 0)).toBe(true)
    expect(Math.abs(steps.reduce((sum, count) => sum + count, 0) - steps.length)).toBeLessThanOrEqual(1)
    expect(later?.length).toBeGreaterThanOrEqual(1)
    expect(later?.length).toBeLessThan(moving?.length ?? 0)
    for (const row of later ?? []) expect(row).toMatchObject({ in_bytes_per_s: '0', out_bytes_per_s: '0' })
    for (const row of closed ?? []) expect(row).toMatchObject({ in_bytes_per_s: '', out_bytes_per_s: '' })

    const meta = JSON.parse(await readFile(join(place.directory, 'raw/meta/localhost.json'), 'utf8'))
    expect(meta.infiniband).toMatchObject({
      'mlx5_0/1': { rate_gbit_per_s: 100, state: 'ACTIVE', link_layer: 'InfiniBand', is_readable: true },
      'mlx5_1/1': { state: 'ACTIVE', is_readable: false },
      'mlx5_2/1': { state: 'DOWN', is_readable: true },
    })
    for (const name of ['mlx5_0_in', 'mlx5_0_out']) {
      const svg = await readFile(join(place.directory, `plot/infiniband/${name}.svg`), 'utf8')
      expect(svg).toContain(`InfiniBand ${name.replace('_in', ': in').replace('_out', ': out')}`)
    }
  })

  it('that was asked for by name and cannot be read makes the data partial, and a device of no node is refused', async () => {
    const { place, root, env } = await placeWithPorts('infiniband: [mlx5_0]\n')
    writePort(root, 'mlx5_1', 1, { ...ACTIVE, ...infinibandPort(0, 0) })
    const refused = await clusterp(place, ['start'], { env })
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.stderr).toContain('infiniband: no node has "mlx5_0" (localhost has mlx5_1/1)')
    writePort(root, 'mlx5_0', 1, { ...ACTIVE, 'counters/port_rcv_data': UNREADABLE })
    expect(await clusterp(place, ['start'], { env })).toMatchObject({ code: 0 })
    await wait(1500)
    const stop = await clusterp(place, ['stop'], { env })
    expect(stop).toMatchObject({ code: 3 })
    expect(stop.stdout).toContain('partial: no InfiniBand data: the counters of mlx5_0/1 cannot be read')
  })
})

/** How many seconds' worth of data a row holds; every number of the row must say the same. */
function stepsOf(row: Readonly<Record<string, string>>): number {
  const cell = (name: string): number => Number(row[name] === '' ? Number.NaN : row[name])
  const seconds = cell('interval_s')
  const inBytes = cell('in_bytes_per_s') * seconds
  const count = Math.round(inBytes / (STEP.received * WORD_BYTES))
  const isNear = (value: number, expected: number): void => expect(value).toBeCloseTo(expected, 6)
  isNear(inBytes / (STEP.received * WORD_BYTES), count)
  isNear((cell('out_bytes_per_s') * seconds) / (STEP.sent * WORD_BYTES), count)
  expect(cell('in_errors_per_s') * seconds).toBeCloseTo(count * STEP.errors, 1)
  expect(cell('out_discards_per_s') * seconds).toBeCloseTo(count * STEP.discards, 1)
  expect(cell('utilization_pct')).toBeCloseTo((100 * cell('in_bytes_per_s')) / LINK_BYTES_PER_S, 1)
  expect(row).toMatchObject({ device: 'mlx5_0', port: '1', alias: 'mlx5_0' })
  return count
}
