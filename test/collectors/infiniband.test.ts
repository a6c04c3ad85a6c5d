import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NodeFacts, PortFacts } from '../../src/collectors/collector.js'
import { chooseExtras, extrasNamed } from '../../src/collectors/index.js'
import { infiniband, portMetas, portNote } from '../../src/collectors/infiniband.js'
import { PORT_COUNTER_FILES, PORT_DATA_FILES } from '../../src/collectors/infiniband-counters.js'
import type { DeviceSelection } from '../../src/model.js'
import { FACTS, PLAN } from './node-facts.js'

const PORT: PortFacts = {
  device: 'mlx5_0',
  port: 1,
  state: 'ACTIVE',
  isReadable: true,
  rateGbitPerSec: 100,
  linkLayer: 'InfiniBand',
}
const CLOSED: PortFacts = { ...PORT, device: 'mlx5_1', isReadable: false }
const DOWN: PortFacts = { ...PORT, port: 2, state: 'DOWN' }

const having = (...ports: readonly PortFacts[]): NodeFacts => ({ ...FACTS, infiniband: ports })
const AUTO: DeviceSelection = { kind: 'auto' }
const NONE: DeviceSelection = { kind: 'none' }
const listed = (...names: readonly string[]): DeviceSelection => ({
  kind: 'listed',
  devices: names.map((name) => ({ name, alias: name })),
})

describe('InfiniBand', () => {
  it('is recorded where a port is active and can be read', () => {
    expect(infiniband.isThere(having(PORT))).toBe(true)
    expect(infiniband.isThere(having(CLOSED, DOWN, PORT))).toBe(true)
    expect(infiniband.isThere(having(CLOSED, DOWN))).toBe(false)
    expect(infiniband.isThere(FACTS)).toBe(false)
  })

  it('is not recorded without a language for the sampler', () => {
    expect(infiniband.isThere({ ...having(PORT), hasPerl: false, bashMajor: 3, hasAwk: false })).toBe(false)
  })

  it('is recorded unless the configuration wants none of it', () => {
    const names = (config: Parameters<typeof chooseExtras>[0]): string[] =>
      chooseExtras(config, having(PORT)).map(({ name }) => name)
    expect(names({ gpus: AUTO, infiniband: AUTO })).toEqual(['infiniband'])
    expect(names({ gpus: NONE, infiniband: listed('mlx5_0') })).toEqual(['infiniband'])
    expect(names({ gpus: AUTO, infiniband: NONE })).toEqual([])
  })

  it('is found by the name that a session records', () => {
    expect(extrasNamed(['infiniband'])).toEqual([infiniband])
  })

  it('is one process that writes one file, ended with the lease', () => {
    const [logger, ...others] = infiniband.loggers(having(PORT), PLAN)
    expect(others).toEqual([])
    expect(logger).toMatchObject({ name: 'infiniband', files: ['./proc.infiniband'] })
    expect(logger?.argv).toEqual([
      'perl',
      '-e',
      { program: 'sampler.pl' },
      ...['10', '361', '100', FACTS.bootId, 'infiniband'],
      ...PORT_COUNTER_FILES,
    ])
  })

  it('is told to an awk by variables', () => {
    const facts = { ...having(PORT), hasPerl: false, bashMajor: null }
    const argv = infiniband.loggers(facts, PLAN)[0]?.argv
    expect(argv?.slice(-5)).toEqual([
      ...['-v', 'mode=infiniband', '-v', `files=${PORT_COUNTER_FILES.join(' ')}`],
      { program: 'sampler.awk' },
    ])
  })

  it('takes so many bytes a sample', () => {
    // 40 + 2 * 260: what is down is not copied
    expect(infiniband.bytesPerSample(having(PORT, CLOSED, DOWN))).toBe(560)
  })
})

describe('the counters of a port', () => {
  it('are plain names below its folder', () => {
    for (const file of PORT_COUNTER_FILES) expect(file).toMatch(/^(hw_)?counters(_ext)?\/\w+$/)
    expect(PORT_COUNTER_FILES).toEqual(expect.arrayContaining([...PORT_DATA_FILES]))
    expect(PORT_DATA_FILES).toContain('counters/port_rcv_data')
    expect(PORT_DATA_FILES).not.toContain('counters/port_rcv_errors')
    expect(PORT_COUNTER_FILES).toContain('counters/port_xmit_discards')
  })
})

describe('the first record', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'clusterp-infiniband-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it.each([
    ['a whole sample', '@ 1.5 2.5 1\nmlx5_0 1 state ACTIVE\n', true],
    ['a sample without ports', '@ 1.5 2.5 0\n', true],
    ['half a sample', '@ 1.5 2.5 2\nmlx5_0 1 state ACTIVE\n', false],
    ['no sample', '', false],
  ])('is there with %s: %s', (_what, text, expected) => {
    const header = `# clusterp-proc 1 infiniband 100 ${FACTS.bootId}\n`
    writeFileSync(join(folder, 'proc.infiniband'), header + text)
    const input = `${infiniband.readyLines}\nready_infiniband\n`
    expect(spawnSync('sh', [], { input, cwd: folder }).status === 0).toBe(expected)
  })

  it('is not there without a file', () => {
    const input = `${infiniband.readyLines}\nready_infiniband\n`
    expect(spawnSync('sh', [], { input, cwd: folder }).status).not.toBe(0)
  })
})

describe('what is kept of ports', () => {
  it('tells of those without data too', () => {
    expect(portMetas([PORT, { ...CLOSED, rateGbitPerSec: null, linkLayer: null }])).toEqual({
      'mlx5_0/1': { rate_gbit_per_s: 100, state: 'ACTIVE', link_layer: 'InfiniBand', is_readable: true },
      'mlx5_1/1': { rate_gbit_per_s: null, state: 'ACTIVE', link_layer: null, is_readable: false },
    })
  })
})

describe('the note on a node', () => {
  it.each([
    ['is none where every active port is recorded', [PORT, DOWN], AUTO, null],
    ['is none without ports', [], AUTO, null],
    ['is none where only ports are down that nobody named', [DOWN], AUTO, null],
    ['is none where none are wanted', [CLOSED], NONE, null],
    [
      'names an active port that cannot be read',
      [CLOSED],
      AUTO,
      'no InfiniBand data: the counters of mlx5_1/1 cannot be read',
    ],
    [
      'passes over a port that is down beside it',
      [CLOSED, DOWN],
      AUTO,
      'no InfiniBand data: the counters of mlx5_1/1 cannot be read',
    ],
    [
      'says so where others are recorded',
      [PORT, CLOSED],
      AUTO,
      'no InfiniBand data of every port: the counters of mlx5_1/1 cannot be read',
    ],
    ['is none where that port is not meant', [PORT, CLOSED], listed('mlx5_0'), null],
    [
      'names a port that is down where it was asked for',
      [DOWN],
      listed('mlx5_0'),
      'no InfiniBand data: mlx5_0/2 is DOWN',
    ],
  ] as const)('%s', (_title, ports, selection, expected) => {
    expect(portNote(having(...ports), selection)).toBe(expected)
  })

  it('says what a node lacks to record them', () => {
    const facts = { ...having(PORT), hasPerl: false, bashMajor: null, hasAwk: false }
    expect(portNote(facts, AUTO)).toBe(
      'no InfiniBand data: the node has neither perl, nor bash 4, nor awk to record them',
    )
  })
})
