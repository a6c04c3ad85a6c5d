/** What dmon and pmon printed, imported: captured layouts with values of our own, and the cases of the formats page. */
import { describe, expect, it } from 'vitest'
import { firstSampleMs } from '../../src/collectors/raw.js'
import type { NodeContext } from '../../src/collectors/raw-context.js'
import type { NodeMeta } from '../../src/model.js'
import {
  at,
  column,
  losses,
  MIB,
  messages,
  NO_CONTEXT,
  ofDevice,
  parseGpu,
  rawFile,
  texts,
  times,
  widths,
} from './gpu-input.js'
import { META } from './proc-input.js'

const { NaN: NONE } = Number

const NAMES =
  '#Date       Time        gpu    pwr  gtemp  mtemp     sm    mem    enc    dec   mclk   pclk     fb   bar1'
const UNITS =
  '#YYYYMMDD   HH:MM:SS    Idx      W      C      C      %      %      %      %    MHz    MHz     MB     MB'
const HEAD = [NAMES, UNITS]

/** `value` is the utilization; the other cells are what a card has with it. */
const dmon = (time: string, gpu: number, value: number | string): string =>
  ` 20261120   ${time}      ${gpu}    143     61      -     ${value}     41      0      0   1215   1410   8192      2`

describe('what dmon printed', () => {
  it('is a table of GPUs by index, whose columns are found by their names', () => {
    const parsed = parseGpu([
      ...HEAD,
      dmon('06:00:01', 0, 97),
      dmon('06:00:01', 1, 5),
      dmon('06:00:02', 0, 98),
    ])
    expect(parsed.table.devices).toEqual(['0', '1'])
    expect(ofDevice(parsed, '0', 'utilization_pct')).toEqual([97, 98])
    expect(ofDevice(parsed, '1', 'index')).toEqual([1])
    expect(times(parsed)).toEqual([at('06:00:01'), at('06:00:01'), at('06:00:02')])
    const first = (name: string) => column(parsed, name)[0]
    expect(first('memory_utilization_pct')).toBe(41)
    expect(first('memory_used_bytes')).toBe(8192 * MIB)
    expect(first('memory_total_bytes')).toBe(NONE)
    expect(first('temperature_celsius')).toBe(61)
    expect(first('power_watts')).toBe(143)
    expect(first('sm_clock_mhz')).toBe(1410)
    expect(first('memory_clock_mhz')).toBe(1215)
    expect(texts(parsed, 'pstate')[0]).toBeNull()
    expect(messages(parsed)).toEqual([])
  })

  it('may have the temperature alone, and its columns in the order that was asked for', () => {
    const parsed = parseGpu([
      '#Date       Time        gpu     fb   bar1     sm    mem    pwr   temp',
      '#YYYYMMDD   HH:MM:SS    Idx     MB     MB      %      %      W      C',
      ' 20261120   06:00:01      2    512      2     33      4     55     48',
    ])
    expect(column(parsed, 'memory_used_bytes')).toEqual([512 * MIB])
    expect(column(parsed, 'utilization_pct')).toEqual([33])
    expect(column(parsed, 'temperature_celsius')).toEqual([48])
    expect(column(parsed, 'power_watts')).toEqual([55])
  })

  it('may be set apart by commas', () => {
    const parsed = parseGpu(['#Date, Time, gpu, pwr, sm', '20261120, 06:00:01, 0, 143, 97'])
    expect(column(parsed, 'utilization_pct')).toEqual([97])
  })

  it('gives a dash no value, never 0', () => {
    const parsed = parseGpu([...HEAD, dmon('06:00:01', 0, '-'), dmon('06:00:02', 0, 4)])
    expect(column(parsed, 'utilization_pct')).toEqual([NONE, 4])
  })

  it('case 65: a row of dashes that is too short is left out with a warning, and costs nothing', () => {
    const parsed = parseGpu([
      ...HEAD,
      dmon('06:00:01', 0, 97),
      '    0     -     -     -',
      dmon('06:00:02', 0, 98),
    ])
    expect(column(parsed, 'utilization_pct')).toEqual([97, 98])
    expect(parsed.warnings).toEqual([
      { message: 'raw/gpu/n1:4: not a whole row, left out: "    0     -     -     -"', isLoss: false },
    ])
  })

  it('case 65: a row that is cut at the end of the file is left out with a warning', () => {
    const parsed = parseGpu(`${[...HEAD, dmon('06:00:01', 0, 97)].join('\n')}\n    0     -     -     -`)
    expect(column(parsed, 'utilization_pct')).toEqual([97])
    expect(parsed.warnings).toEqual([
      { message: 'raw/gpu/n1:4: the file ends within this line, which was left out', isLoss: false },
    ])
  })

  it('case 65: a whole row of dashes is a sample in which nothing was measured', () => {
    const dashes =
      ' 20261120   06:00:02      0      -      -      -      -      -      -      -      -      -      -      -'
    const parsed = parseGpu([...HEAD, dmon('06:00:01', 0, 97), dashes])
    expect(column(parsed, 'utilization_pct')).toEqual([97, NONE])
    expect(column(parsed, 'memory_used_bytes')).toEqual([8192 * MIB, NONE])
  })

  it('case 65: a short row that holds values is a loss', () => {
    const parsed = parseGpu([...HEAD, ' 20261120   06:00:01      0    143     61', dmon('06:00:02', 0, 98)])
    expect(column(parsed, 'utilization_pct')).toEqual([98])
    expect(losses(parsed)).toEqual([expect.stringContaining('raw/gpu/n1:3: not a whole row, left out:')])
  })

  const gpus = (count: number): string[] => [
    ...HEAD,
    ...Array.from({ length: count }, (_, gpu) => dmon('06:00:01', gpu, 5)),
  ]
  const onNode = (gpuCount: number): NodeContext => ({
    meta: { ...META, gpu_count: gpuCount } satisfies NodeMeta,
    windowMs: null,
  })

  it('case 66: of 4 GPUs on a node that has 8 is warned of', () => {
    expect(messages(parseGpu(gpus(4), onNode(8)))).toEqual([
      'raw/gpu/n1: dmon of driver <= 535 shows at most 4 GPUs; this node has 8',
    ])
    expect(messages(parseGpu(gpus(16), onNode(32)))).toEqual([
      'raw/gpu/n1: dmon shows at most 16 GPUs; this node has 32',
    ])
  })

  it('case 66: of every GPU, of a choice of them, or of an unknown node is not', () => {
    expect(messages(parseGpu(gpus(4), onNode(4)))).toEqual([])
    expect(messages(parseGpu(gpus(2), onNode(8)))).toEqual([])
    expect(messages(parseGpu(gpus(4)))).toEqual([])
  })

  it('case 67: blank lines, a header in its middle and a glued #Date do not matter', () => {
    const other = '# Date       Time        gpu     sm    pwr'
    const parsed = parseGpu([
      '',
      ...HEAD,
      dmon('06:00:01', 0, 1),
      '',
      ...HEAD,
      dmon('06:00:02', 0, 2),
      '   ',
      other,
      '# YYYYMMDD   HH:MM:SS    Idx      %      W',
      ' 20261120   06:00:03      0      3    150',
    ])
    expect(column(parsed, 'utilization_pct')).toEqual([1, 2, 3])
    expect(column(parsed, 'power_watts')).toEqual([143, 143, 150])
    expect(widths(parsed)).toEqual([1, 1, 1])
    expect(messages(parsed)).toEqual([])
  })

  it('keeps what the driver said in between as an event', () => {
    const said = 'Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.'
    const parsed = parseGpu([...HEAD, dmon('06:00:01', 0, 1), said, dmon('06:00:02', 0, 2)])
    expect(column(parsed, 'utilization_pct')).toEqual([1, 2])
    expect(parsed.events).toHaveLength(1)
    expect(messages(parsed)[0]).toContain(said)
  })
})

describe('the time of dmon', () => {
  const timed = (time: string): string[] => [
    '#Time        gpu     sm',
    '#HH:MM:SS    Idx      %',
    ` ${time}      0      7`,
  ]
  const during = (from: string, to: string, zone: string): NodeContext => ({
    meta: { ...META, zone },
    windowMs: [at(from), at(to)],
  })

  it('is the node’s own: raw/meta says how far it is from UTC', () => {
    const parsed = parseGpu([...HEAD, dmon('15:00:01', 0, 7)], during('06:00:00', '06:10:00', '+0900'))
    expect(times(parsed)).toEqual([at('06:00:01')])
  })

  it('without a day has that of the session, and goes on after midnight', () => {
    const context = during('23:59:00', '24:10:00', '+0000')
    const parsed = parseGpu([...timed('23:59:59'), ' 00:00:00      0      8'], context)
    expect(times(parsed)).toEqual([at('23:59:59'), at('24:00:00')])
    expect(times(parseGpu(timed('05:00:01'), during('20:00:00', '20:10:00', '+0900')))).toEqual([
      at('20:00:01'),
    ])
  })

  it('without a day is an error where the session is not known', () => {
    expect(() => parseGpu(timed('06:00:01'))).toThrow(
      'read raw/gpu/n1:1: what nvidia-smi monitored has a time of day without its date',
    )
  })

  it('that was not asked for is an error', () => {
    expect(() => parseGpu(['# gpu     sm', '# Idx      %', '    0      7'])).toThrow(
      'read raw/gpu/n1:1: what nvidia-smi monitored has no time: nothing says when its rows were measured',
    )
  })

  it('of the first row is found in the head of the file', () => {
    const file = rawFile('gpu', `${[...HEAD, dmon('06:00:01', 0, 1)].join('\n')}\n`)
    expect(firstSampleMs([file], NO_CONTEXT)).toBe(at('06:00:01'))
  })
})

describe('what pmon printed', () => {
  const PMON = [
    '#Date       Time        gpu        pid  type    sm   mem   enc   dec    fb   command',
    '#YYYYMMDD   HH:MM:SS    Idx          #   C/G     %     %     %     %    MB   name',
  ]
  const pmon = (rest: string): string => ` 20261120   06:00:01      ${rest}`
  const parsePmon = (...rows: readonly string[]) => parseGpu([...PMON, ...rows], NO_CONTEXT, 'gpu-processes')

  it('is a table of processes, whose names may hold blanks', () => {
    const parsed = parsePmon(
      pmon('0       4711     C    97    41     -     -  8092   python train.p'),
      pmon('1       4712   C+G     2     0     -     -     -   Xorg'),
    )
    expect(parsed.table.devices).toEqual(['0', '1'])
    expect(column(parsed, 'pid')).toEqual([4711, 4712])
    expect(texts(parsed, 'name')).toEqual(['python train.p', 'Xorg'])
    expect(column(parsed, 'memory_used_bytes')).toEqual([8092 * MIB, NONE])
    expect(messages(parsed)).toEqual([])
  })

  it('case 75: a GPU without processes has none', () => {
    const idle = pmon('0          -     -     -     -     -     -     -   -')
    const parsed = parsePmon(idle, pmon('1       4712     C     2     0     -     -    10   train'))
    expect(column(parsed, 'pid')).toEqual([4712])
    expect(parsePmon(idle).table.rowCount).toBe(0)
    expect(messages(parsePmon(idle))).toEqual([])
  })

  it('does not belong where GPUs are, nor dmon where processes are', () => {
    expect(() => parseGpu(PMON)).toThrow('read raw/gpu/n1:1: it holds processes, not GPUs')
    expect(() => parseGpu(HEAD, NO_CONTEXT, 'gpu-processes')).toThrow('the query has no "pid"')
  })
})

describe('a line of our own', () => {
  it('about a user called gpu is no header of dmon', () => {
    const lines = [
      'timestamp, gpu_uuid, pid, process_name, used_gpu_memory [MiB]',
      '2026/11/20 06:00:00.100, GPU-a, 9, train, 12',
      '# user 9 gpu',
    ]
    expect(texts(parseGpu(lines, NO_CONTEXT, 'gpu-processes'), 'user')).toEqual(['gpu'])
  })
})
