import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Figures, figuresOf, isLate, NO_FIGURES } from '../../../src/commands/watching/figures.js'
import type { InterfaceMeta, NodeMeta } from '../../../src/model.js'
import type { NodeStatus, RecentSource } from '../../../src/remote/ask.js'
import { metaWith } from '../../collectors/sadf-input.js'
import { sampleHost } from '../../session/sample.js'

const NOW_SEC = 1_795_161_602
const FILES = ['sa.bin', 'proc.cpu', 'proc.memory', 'proc.network', 'gpu.csv'] as const

/** What a node says whose files were all written a second ago; `changed`: others by name. */
function status(
  recent: Partial<Record<RecentSource, string>>,
  changed: Readonly<Record<string, number>> = {},
): NodeStatus {
  return {
    bootId: 'b',
    uptimeSec: 100,
    hasFolder: true,
    isTombstone: false,
    loggers: [],
    files: FILES.map((name) => ({ name, bytes: 1, changedSec: changed[name] ?? NOW_SEC - 1 })),
    samples: 3,
    nowSec: NOW_SEC,
    recent: new Map(Object.entries(recent) as [RecentSource, string][]),
  }
}

const PHYSICAL: InterfaceMeta = {
  speed_mbit_per_s: 1000,
  duplex: 'full',
  is_up: true,
  is_physical: true,
  bond: null,
  is_bond: false,
}

// 24 000 000 kB of memory, two cards and a bridge.
const META = metaWith({
  memory_total_bytes: 24_000_000 * 1024,
  interfaces: { eth0: PHYSICAL, eth1: PHYSICAL, docker0: { ...PHYSICAL, is_physical: false } },
})

const figures = (given: NodeStatus, meta: NodeMeta | null = META): Figures =>
  figuresOf({ host: { ...sampleHost('node1', 1), meta }, status: given, intervalSec: 1 }, null)

const SAR = [
  '# hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle',
  'vm;1;2026-11-20 06:10:00 UTC;-1;0.00;0.00;2.51;0.00;0.00;97.49',
  'vm;1;2026-11-20 06:10:01 UTC;-1;30.00;1.00;9.00;20.00;2.00;38.00',
  '# hostname;interval;timestamp;kbmemfree;kbavail;kbmemused;%memused;kbbuffers;kbcached;kbcommit;%commit;kbactive;kbinact;kbdirty',
  'vm;1;2026-11-20 06:10:01 UTC;17000000;18000000;467176;1.89;64272;2801948;100068;0.41;533760;2341076;23108',
  '# hostname;interval;timestamp;IFACE;rxpck/s;txpck/s;rxkB/s;txkB/s;rxcmp/s;txcmp/s;rxmcst/s;%ifutil',
  'vm;1;2026-11-20 06:10:01 UTC;lo;9.00;9.00;99.00;99.00;0.00;0.00;0.00;0.00',
  'vm;1;2026-11-20 06:10:01 UTC;eth0;1.00;1.00;10.00;3.00;0.00;0.00;0.00;0.00',
  'vm;1;2026-11-20 06:10:01 UTC;eth1;1.00;1.00;0.50;2.00;0.00;0.00;0.00;0.00',
  'vm;1;2026-11-20 06:10:01 UTC;docker0;1.00;1.00;7.00;7.00;0.00;0.00;0.00;0.00',
  '',
].join('\n')

const GPU_HEAD = 'timestamp, index, uuid, name, utilization.gpu [%], memory.used [MiB]'
const gpuRow = (time: string, index: number, value: string): string =>
  `2026/11/20 06:10:${time}, ${index}, GPU-${index}a4f0a2e-1111-4c1d-9d7e-0123456789ab, NVIDIA A100, ${value}, 100`
const gpuText = (...rows: string[]): string => `${[GPU_HEAD, ...rows].join('\n')}\n`

describe('the figures of a node with sysstat', () => {
  it('are those of its last sample: CPU without idle and iowait, memory by what is available, both cards', () => {
    expect(figures(status({ sar: SAR }))).toEqual({
      // 100 − 38 − 20
      cpuPct: 42,
      // (24 − 18) / 24
      memoryPct: 25,
      // (10 + 0.5) kB and (3 + 2) kB of 1024 bytes; neither lo nor the bridge
      networkInBytesPerSec: 10_752,
      networkOutBytesPerSec: 5120,
      gpuPct: null,
    })
  })

  it('count only the interfaces that the configuration lists', () => {
    const host = { ...sampleHost('node1', 1), meta: META }
    const interfaces = { kind: 'listed', devices: [{ name: 'docker0', alias: 'D' }] } as const
    const gpus = { kind: 'none' } as const
    const found = figuresOf({ host, status: status({ sar: SAR }), intervalSec: 1 }, { interfaces, gpus })
    expect(found).toMatchObject({ networkInBytesPerSec: 7168, networkOutBytesPerSec: 7168 })
  })

  it('are not measured where the file has not been written for more than two intervals', () => {
    expect(figures(status({ sar: SAR }, { 'sa.bin': NOW_SEC - 3 })).cpuPct).toBe(42)
    expect(figures(status({ sar: SAR }, { 'sa.bin': NOW_SEC - 4 }))).toEqual(NO_FIGURES)
  })

  it('are not measured where the node has no sample, or says something else', () => {
    expect(figures(status({}))).toEqual(NO_FIGURES)
    expect(figures(status({ sar: 'Invalid system activity file: ./sa.bin\n' }))).toEqual(NO_FIGURES)
  })
})

describe('the figures of a node with the sampler', () => {
  const fixture = (name: string): string =>
    readFileSync(new URL(`../../fixtures/proc/${name}.txt`, import.meta.url), 'utf8')
  const head = '# clusterp-proc 1 cpu 100 7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab'

  it('are the differences of its last two samples', () => {
    // 60 ticks busy, 100 idle, 40 waiting: 60 of 200.
    const cpu = `${head}\n@ 1795161600.5 100.00 1\ncpu  100 0 100 1000 10 0 0 0 0 0\n@ 1795161601.5 101.00 1\ncpu  150 0 110 1100 50 0 0 0 0 0\n`
    const found = figures(status({ cpu, memory: fixture('memory'), network: fixture('network') }))
    expect(found.cpuPct).toBeCloseTo(30, 6)
    expect(found.networkInBytesPerSec).toBe(0)
    // MemTotal 24684084 kB, MemAvailable of the third sample.
    const available = [...fixture('memory').matchAll(/MemAvailable: +(\d+)/g)].map(([, kb]) => Number(kb))[2]
    expect(found.memoryPct).toBeCloseTo((100 * (24_684_084 - (available ?? 0))) / 24_684_084, 6)
  })

  it('are not measured after a single sample', () => {
    const cpu = `${head}\n@ 1795161600.5 100.00 1\ncpu  100 0 100 1000 10 0 0 0 0 0\n`
    expect(figures(status({ cpu })).cpuPct).toBeNull()
  })
})

describe('the GPU figure', () => {
  it('is the mean over the GPUs', () => {
    const gpu = gpuText(gpuRow('01.001', 0, '90'), gpuRow('01.005', 1, '20'))
    expect(figures(status({ gpu })).gpuPct).toBe(55)
  })

  it('leaves out a GPU that does not say it, and is not measured where none does', () => {
    expect(
      figures(status({ gpu: gpuText(gpuRow('01.001', 0, '90'), gpuRow('01.005', 1, '[N/A]')) })).gpuPct,
    ).toBe(90)
    expect(figures(status({ gpu: gpuText(gpuRow('01.001', 0, '[N/A]')) })).gpuPct).toBeNull()
  })

  it('leaves out a GPU whose last row is of long ago', () => {
    const gpu = gpuText(gpuRow('01.001', 0, '90'), gpuRow('31.005', 1, '20'))
    expect(figures(status({ gpu })).gpuPct).toBe(20)
  })

  it('is not measured where nvidia-smi stalls, while the others are', () => {
    const given = status({ sar: SAR, gpu: gpuText(gpuRow('01.001', 0, '90')) }, { 'gpu.csv': NOW_SEC - 60 })
    expect(figures(given)).toMatchObject({ cpuPct: 42, gpuPct: null })
  })
})

describe('isLate', () => {
  it('allows two intervals and a second; an age that nobody knows is not late', () => {
    expect([20, 21, 22].map((age) => isLate(age, 10))).toEqual([false, false, true])
    expect(isLate(null, 10)).toBe(false)
  })
})
