import { describe, expect, it } from 'vitest'
import { firstSampleMs } from '../../src/collectors/raw.js'
import {
  at,
  column,
  HEADER,
  losses,
  MIB,
  messages,
  NO_CONTEXT,
  ofDevice,
  parseFixture,
  parseGpu,
  rawFile,
  row,
  texts,
  times,
  uuid,
  widths,
} from './gpu-input.js'

describe('a file of nvidia-smi 535', () => {
  const parsed = parseFixture('smi-535.csv')
  const values = (name: string): number[] => ofDevice(parsed, uuid(0), name)

  it('gives a row per GPU and sample, in the order of the file', () => {
    expect(parsed.table.devices).toEqual([uuid(0), uuid(1)])
    expect(Array.from(parsed.table.deviceIndex ?? [])).toEqual([0, 1, 1, 0, 0, 0, 1])
    expect(column(parsed, 'index')).toEqual([0, 1, 1, 0, 0, 0, 1])
    expect(messages(parsed)).toEqual([])
    expect(parsed.events).toEqual([])
  })

  it('has every column in its unit', () => {
    expect(values('utilization_pct')).toEqual([97, 88, 90, 91])
    expect(values('memory_utilization_pct')).toEqual([41, 40, 40, 40])
    expect(values('memory_used_bytes')[0]).toBe(8_589_934_592)
    expect(values('memory_total_bytes')[0]).toBe(42_949_672_960)
    expect(values('temperature_celsius')).toEqual([61, 62, 62, 62])
    expect(values('power_watts')).toEqual([143.21, 150, 151, 152])
    expect(values('power_limit_watts')).toEqual([400, 400, 400, 400])
    expect(values('sm_clock_mhz')).toEqual([1410, 1395, 1400, 1400])
    expect(values('memory_clock_mhz')).toEqual([1215, 1215, 1215, 1215])
    expect(values('fan_pct')).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
    expect(texts(parsed, 'name')).toEqual(Array(7).fill('NVIDIA A100-SXM4-40GB'))
    expect(texts(parsed, 'pstate')).toEqual(['P0', 'P8', 'P0', 'P0', 'P0', 'P0', 'P0'])
    expect(texts(parsed, 'throttle_reasons').slice(0, 4)).toEqual([
      'sw_power_cap',
      'gpu_idle',
      'none',
      'sw_power_cap|sw_thermal_slowdown',
    ])
  })

  it('gives all rows of a sample the time of its first row', () => {
    const expected = ['06:09:57.998', '06:10:07.999', '06:10:18.001', '06:10:28.002'].map(at)
    expect(ofDevice(parsed, uuid(0), 'utilization_pct')).toHaveLength(4)
    expect([...new Set(times(parsed))]).toEqual(expected)
  })

  it('has as width the time since the sample before, the usual one for the first and after a gap', () => {
    const all = widths(parsed)
    // Distances of rows: 9.996, 9.997, 10.001, 10.006 and 20.010 s, of which the one in the middle is usual.
    expect([all[0], all[1]]).toEqual([10.001, 10.001])
    expect([all[2], all[3], all[4], all[5]]).toEqual([10.001, 10.001, 10.002, 10.001])
    // GPU 1 was away in the third sample: its last row must not cover that hole.
    expect(all[6]).toBe(10.001)
  })
})

describe('a file of nvidia-smi 390', () => {
  const parsed = parseFixture('smi-390.csv')

  it('has units in its values, MB that are MiB, and other names', () => {
    expect(column(parsed, 'utilization_pct')).toEqual([55, 0])
    expect(column(parsed, 'memory_used_bytes')).toEqual([1024 * MIB, 0])
    expect(column(parsed, 'memory_total_bytes')[0]).toBe(11_441 * 1_048_576)
    expect(column(parsed, 'power_watts')).toEqual([99.5, 30])
    expect(column(parsed, 'sm_clock_mhz')).toEqual([823, 324])
    expect(column(parsed, 'fan_pct')).toEqual([Number.NaN, Number.NaN])
    expect(texts(parsed, 'name')[0]).toBe('Tesla K80')
    expect(texts(parsed, 'throttle_reasons')).toEqual(['sw_power_cap', 'gpu_idle|sw_power_cap'])
    expect(widths(parsed)).toEqual([5.003, 5.003])
  })
})

describe('the width of a single sample', () => {
  const lines = [HEADER, row('06:00:00.100', 0, 5, 4, 30)]

  it('is the interval of the session', () => {
    expect(widths(parseGpu(lines, { ...NO_CONTEXT, intervalSec: 10 }))).toEqual([10])
  })

  it('is a second where that is not known', () => {
    expect(widths(parseGpu(lines))).toEqual([1])
  })
})

describe('damage', () => {
  const good = Array.from({ length: 60 }, (_, second) =>
    row(`06:00:${String(second).padStart(2, '0')}.100`, 0, second, 4, 30),
  )

  it('costs only the row that it is in', () => {
    const short = row('06:01:00.100', 0, 5)
    const parsed = parseGpu([HEADER, ...good, short, row('06:01:01.100', 0, 7, 4, 30)])
    expect(parsed.table.rowCount).toBe(61)
    expect(losses(parsed)).toEqual([
      `raw/gpu/n1:62: not a whole row, left out: ${JSON.stringify(short.slice(0, 80))}…`,
    ])
  })

  it('in a number leaves that cell unmeasured, and is told', () => {
    const parsed = parseGpu([HEADER, row('06:00:00.100', 0, '1x', 4, 30)])
    expect(column(parsed, 'utilization_pct')).toEqual([Number.NaN])
    expect(column(parsed, 'temperature_celsius')).toEqual([30])
    expect(messages(parsed)).toContain('raw/gpu/n1:2: utilization_pct: "1x" is not a number')
  })

  it('of values beyond what is possible leaves them unmeasured', () => {
    const header =
      'timestamp, uuid, utilization.gpu [%], temperature.gpu, power.draw [W], memory.used [MiB], memory.total [MiB]'
    const parsed = parseGpu([
      header,
      `2026/11/20 06:00:00.100, ${uuid(0)}, 1001, 151, 5001, 1051, 1000`,
      `2026/11/20 06:00:01.100, ${uuid(0)}, 1000, 150, 5000, 1050, 1000`,
      `2026/11/20 06:00:02.100, ${uuid(0)}, -1, -21, -1, 1050, [N/A]`,
    ])
    expect(column(parsed, 'utilization_pct')).toEqual([Number.NaN, 1000, Number.NaN])
    expect(column(parsed, 'temperature_celsius')).toEqual([Number.NaN, 150, Number.NaN])
    expect(column(parsed, 'power_watts')).toEqual([Number.NaN, 5000, Number.NaN])
    expect(column(parsed, 'memory_used_bytes')).toEqual([Number.NaN, 1050 * MIB, 1050 * MIB])
    expect(messages(parsed)).toContain(
      'raw/gpu/n1:2: utilization_pct: "1001" is not possible, taken as not measured (2 times, here first)',
    )
    expect(messages(parsed)).toContain(
      'raw/gpu/n1:2: more memory is used than the GPU has, taken as not measured',
    )
  })

  it('of a time costs the row', () => {
    const context = { meta: null, windowMs: [at('06:00:00'), at('06:01:00')] as const }
    const parsed = parseGpu(
      [HEADER, ...good, row('06:01:00.1', 0, 1, 4, 30).replace('2026', '2062')],
      context,
    )
    expect(parsed.table.rowCount).toBe(60)
    expect(losses(parsed)).toEqual(['raw/gpu/n1:62: an implausible time, left out: 2062-11-20T06:01:00.100Z'])
  })

  it('that makes a row come twice is told, and the row is taken once', () => {
    const parsed = parseGpu([HEADER, row('06:00:00.100', 0, 5, 4, 30), row('06:00:00.103', 0, 6, 4, 30)])
    expect(column(parsed, 'utilization_pct')).toEqual([5])
    expect(messages(parsed)).toEqual(['raw/gpu/n1:3: a second row of the same sample, left out'])
  })

  it.each([
    ['processes', 'timestamp, gpu_uuid, pid, process_name', 'it holds processes, not GPUs'],
    ['no times', 'index, uuid, utilization.gpu [%]', 'the query has no "timestamp"'],
    ['no header', row('06:00:00.100', 0, 5, 4, 30), "no header of nvidia-smi's CSV"],
    ['another tool', '# hostname;interval;timestamp;CPU;%user', "no header of nvidia-smi's CSV"],
    ['dmon without times', '# gpu   pwr gtemp', 'what nvidia-smi monitored has no time'],
  ])('of the whole file, with %s in it, is an error with its place', (_what, line, message) => {
    expect(() => parseGpu([line])).toThrow(message)
    expect(() => parseGpu([line])).toThrow('raw/gpu/n1:1')
  })

  it('that leaves half a header is a warning', () => {
    const parsed = parseGpu('timestamp, ind')
    expect(parsed.table.rowCount).toBe(0)
    expect(messages(parsed)).toContain('raw/gpu/n1: it ends before its header does')
  })

  it('does not crash the reader wherever the file is cut', () => {
    const text = `${[HEADER, ...good.slice(0, 3), 'GPU is lost', row('06:00:04.100', 0, '[N/A]', 4, 30)].join('\n')}\n`
    for (let end = 1; end < text.length; end++) {
      const parsed = parseGpu(text.slice(0, end))
      const whole = text
        .slice(0, end)
        .split('\n')
        .slice(1, -1)
        .filter((line) => line.startsWith('2026'))
      expect(parsed.table.rowCount).toBe(whole.length)
    }
  })
})

describe('firstSampleMs', () => {
  it('knows a file of nvidia-smi, also one that begins with a message', () => {
    const lines = [
      'WARNING: infoROM is corrupted at gpu 0000:02:00.0',
      HEADER,
      row('06:00:00.100', 0, 5, 4, 30),
    ]
    const file = rawFile('gpu', `${lines.join('\n')}\n`)
    expect(firstSampleMs([file], NO_CONTEXT)).toBe(at('06:00:00.100'))
    expect(firstSampleMs([rawFile('gpu', `${HEADER}\n`)], NO_CONTEXT)).toBeNull()
    expect(firstSampleMs([rawFile('gpu', 'No devices were found\n')], NO_CONTEXT)).toBeNull()
  })
})
