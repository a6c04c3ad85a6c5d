/** The adversarial inputs of nvidia-smi that the formats page lists, by their numbers there. */
import { describe, expect, it } from 'vitest'
import type { NodeContext } from '../../src/collectors/raw-context.js'
import {
  at,
  column,
  HEADER,
  losses,
  MIB,
  messages,
  NO_CONTEXT,
  ofDevice,
  parseGpu,
  row,
  texts,
  times,
  uuid,
  widths,
} from './gpu-input.js'
import { META } from './proc-input.js'

const { NaN: NONE } = Number
const APPS = 'timestamp, gpu_uuid, pid, process_name, used_gpu_memory [MiB]'
const NO_DRIVER =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running."
const HANDLE = 'Unable to determine the device handle for GPU0000:02:00.0: Unknown Error'

/** A row a second from 06:00:00.100 on. */
const second = (number: number, gpu: number, ...cells: readonly (string | number)[]): string =>
  row(`06:00:${String(number).padStart(2, '0')}.100`, gpu, ...cells)

describe('a driver that gives no rows', () => {
  it('case 46: is a host without GPU data, with the reason, and no loss', () => {
    const parsed = parseGpu([NO_DRIVER, ''])
    expect(parsed.table.rowCount).toBe(0)
    expect(parsed.warnings).toEqual([
      { message: 'raw/gpu/n1:1: no GPU data: driver not loaded (rc 9)', isLoss: false },
    ])
  })

  it.each([
    ['No devices were found', 'no devices were found (rc 6)'],
    [
      'Failed to initialize NVML: Driver/library version mismatch',
      'driver and library have different versions (rc 18)',
    ],
    ["NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.", 'NVML library not found (rc 12)'],
    ['Failed to initialize NVML: Unknown Error', 'NVML could not be initialized'],
  ])('case 46: %s', (said, reason) => {
    expect(messages(parseGpu([said]))).toEqual([`raw/gpu/n1:1: no GPU data: ${reason}`])
  })

  it('case 46: during the session is an event', () => {
    const parsed = parseGpu([HEADER, second(0, 0, 5, 4, 30), NO_DRIVER, ''])
    expect(parsed.table.rowCount).toBe(1)
    expect(parsed.events).toEqual([
      { host: 'n1', kind: 'gpu', atMs: at('06:00:00.100'), text: 'driver not loaded', place: 'raw/gpu/n1:3' },
    ])
    expect(messages(parsed)).toEqual([`raw/gpu/n1:3: nvidia-smi said: ${JSON.stringify(NO_DRIVER)}`])
  })

  it('case 47: because of an unknown field is an error that names it and the host', () => {
    const lines = ['Field "clocks_event_reasons.active" is not a valid field to query.', '']
    const message =
      'read raw/gpu/n1:1: the driver of n1 does not know the field "clocks_event_reasons.active"'
    expect(() => parseGpu(lines)).toThrow(message)
  })

  it('case 48: because it was ended at once is an empty table and a warning', () => {
    const parsed = parseGpu([HEADER])
    expect(parsed.table.rowCount).toBe(0)
    expect(parsed.warnings).toEqual([{ message: 'raw/gpu/n1: it holds no rows', isLoss: false }])
  })
})

describe('a cell without a number', () => {
  it.each(['[N/A]', '[Not Supported]', 'N/A', ' - ', '[Unknown]', '[Insufficient Permissions]', ''])(
    'case 49: %j is not measured, and no fault',
    (word) => {
      const parsed = parseGpu([HEADER, second(0, 0, 7, word, 30)])
      expect(column(parsed, 'memory_used_bytes')).toEqual([NONE])
      expect(column(parsed, 'utilization_pct')).toEqual([7])
      expect(parsed.warnings).toEqual([])
    },
  )

  it.each(['[Unknown Error]', '[GPU requires reset]', 'ERR!'])(
    'case 49: %s is not measured, and the fault is told once',
    (word) => {
      const parsed = parseGpu([HEADER, second(0, 0, 7, word, 30), second(1, 0, 8, word, 31)])
      expect(column(parsed, 'memory_used_bytes')).toEqual([NONE, NONE])
      expect(messages(parsed)).toEqual([
        `raw/gpu/n1:2: gpu0: ${word} for memory_used_bytes (2 times, here first)`,
      ])
      expect(parsed.events).toEqual([])
    },
  )

  it('case 53: of a GPU that requires a reset stays apart from its 0 MiB', () => {
    const header = 'timestamp, index, uuid, name, utilization.gpu [%], memory.used [MiB], pstate'
    const parsed = parseGpu([header, second(0, 0, '[GPU requires reset]', 0, '[GPU requires reset]')])
    expect(column(parsed, 'utilization_pct')).toEqual([NONE])
    expect(column(parsed, 'memory_used_bytes')).toEqual([0])
    expect(texts(parsed, 'pstate')).toEqual([null])
    expect(parsed.events).toEqual([])
  })

  it('case 71: in the utilization of a GPU that MIG has split is noted, and its memory counts', () => {
    const parsed = parseGpu([HEADER, second(0, 0, '[N/A]', 512, 30), second(0, 1, 3, 4, 30)])
    expect(ofDevice(parsed, uuid(0), 'utilization_pct')).toEqual([NONE])
    expect(ofDevice(parsed, uuid(0), 'memory_used_bytes')).toEqual([512 * MIB])
    expect(messages(parsed)).toEqual([
      'raw/gpu/n1: the utilization of gpu0 is not available, as of a GPU that MIG has split',
    ])
  })

  it('case 72: is none above 100 %, and a draw above the limit is kept', () => {
    const header = 'timestamp, uuid, fan.speed [%], power.draw [W], power.limit [W]'
    const parsed = parseGpu([header, `2026/11/20 06:00:00.100, ${uuid(0)}, 103, 351.20, 350.00`])
    expect(column(parsed, 'fan_pct')).toEqual([103])
    expect(column(parsed, 'power_watts')).toEqual([351.2])
    expect(column(parsed, 'power_limit_watts')).toEqual([350])
  })
})

describe('a GPU that fails', () => {
  it('case 50: with its identity is a gap in its own series, and an event', () => {
    const lost = Array(7).fill('[Unknown Error]').join(', ')
    const parsed = parseGpu([
      HEADER,
      second(0, 0, 5, 4, 30),
      second(0, 1, 6, 4, 30),
      second(1, 0, 7, 4, 30),
      lost,
      second(2, 0, 8, 4, 30),
      lost,
      second(3, 0, 9, 4, 30),
    ])
    expect(ofDevice(parsed, uuid(0), 'utilization_pct')).toEqual([5, 7, 8, 9])
    expect(ofDevice(parsed, uuid(1), 'utilization_pct')).toEqual([6])
    expect(losses(parsed)).toEqual([])
    expect(parsed.events).toEqual([
      {
        host: 'n1',
        kind: 'gpu',
        atMs: at('06:00:01.100'),
        text: 'gpu1 lost: Unknown Error',
        place: 'raw/gpu/n1:5',
      },
    ])
  })

  it('case 50: but says its index is not measured, and is known by it', () => {
    const parsed = parseGpu([
      HEADER,
      second(0, 0, 5, 4, 30),
      `2026/11/20 06:00:01.100, 0, [Unknown Error], [Unknown Error], 7, [Unknown Error], 30`,
    ])
    expect(parsed.table.devices).toEqual([uuid(0)])
    expect(column(parsed, 'utilization_pct')).toEqual([5, 7])
    expect(texts(parsed, 'name')).toEqual(['NVIDIA Test', null])
  })

  it('case 51: is told by a line between the rows, once while it is repeated', () => {
    const samples = [1, 2, 3].flatMap((number) => [second(number, 0, number, 4, 30), HANDLE])
    const parsed = parseGpu([HEADER, second(0, 0, 0, 4, 30), second(0, 1, 9, 4, 30), ...samples])
    expect(ofDevice(parsed, uuid(0), 'utilization_pct')).toEqual([0, 1, 2, 3])
    expect(parsed.events).toEqual([
      {
        host: 'n1',
        kind: 'gpu',
        atMs: at('06:00:01.100'),
        text: 'gpu1 lost: Unknown Error',
        place: 'raw/gpu/n1:5',
      },
    ])
    expect(parsed.warnings).toEqual([
      { message: `raw/gpu/n1:5: nvidia-smi said: "${HANDLE}" (3 times, here first)`, isLoss: false },
    ])
  })

  it('case 51: and comes to fail again is told again', () => {
    const parsed = parseGpu([
      HEADER,
      second(0, 0, 0, 4, 30),
      HANDLE,
      ...[1, 2, 3].map((number) => second(number, 0, number, 4, 30)),
      HANDLE,
    ])
    expect(parsed.events.map(({ place }) => place)).toEqual(['raw/gpu/n1:3', 'raw/gpu/n1:7'])
  })

  it.each([
    [
      'Unable to determine the device handle for GPU 0000:05:00.0: GPU is lost.  Reboot the system to recover this GPU',
      'GPU 0000:05:00.0 lost',
    ],
    [
      'Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error',
      'gpu1 lost: Unknown Error',
    ],
    [
      'WARNING: infoROM is corrupted at gpu 0000:02:00.0',
      'WARNING: infoROM is corrupted at gpu 0000:02:00.0',
    ],
    [
      'XID 79: GPU has fallen off the bus, at 0000:02:00.0',
      'XID 79: GPU has fallen off the bus, at 0000:02:00.0',
    ],
  ])('case 51: %s', (said, text) => {
    const parsed = parseGpu([HEADER, second(0, 0, 0, 4, 30), said, second(1, 0, 1, 4, 30)])
    expect(column(parsed, 'utilization_pct')).toEqual([0, 1])
    expect(parsed.events.map((event) => event.text)).toEqual([text])
    expect(messages(parsed)).toEqual([`raw/gpu/n1:3: nvidia-smi said: ${JSON.stringify(said)}`])
  })

  it('case 51: before the first row has that row’s time', () => {
    const parsed = parseGpu([HANDLE, HEADER, second(5, 0, 1, 4, 30)])
    expect(parsed.events.map(({ atMs }) => atMs)).toEqual([at('06:00:05.100')])
  })

  it('case 52: ends its series with an event, and answers again with another', () => {
    const lost = ['[GPU is lost]', '[GPU is lost]', '[Unknown Error]'] as const
    const parsed = parseGpu([
      HEADER,
      ...[0, 1].flatMap((number) => [second(number, 0, 5, 4, 30), second(number, 1, 6, 4, 31)]),
      ...[2, 3].flatMap((number) => [second(number, 0, 5, 4, 30), second(number, 1, ...lost)]),
      ...[4].flatMap((number) => [second(number, 0, 5, 4, 30), second(number, 1, 8, 4, 31)]),
    ])
    expect(ofDevice(parsed, uuid(1), 'utilization_pct')).toEqual([6, 6, NONE, NONE, 8])
    expect(ofDevice(parsed, uuid(1), 'temperature_celsius')).toEqual([31, 31, NONE, NONE, 31])
    expect(ofDevice(parsed, uuid(0), 'utilization_pct')).toEqual([5, 5, 5, 5, 5])
    expect(parsed.events.map(({ atMs, text }) => [atMs, text])).toEqual([
      [at('06:00:02.100'), 'gpu1 lost'],
      [at('06:00:04.100'), 'gpu1 answers again'],
    ])
    expect(messages(parsed)).toEqual([
      'raw/gpu/n1:7: gpu1: GPU is lost: no value of it was measured (2 times, here first)',
    ])
  })
})

describe('free text in a row', () => {
  it('case 54: with a comma in a name is put together, and the numbers stay right', () => {
    const line = second(0, 0, 5, 4, 30).replace('NVIDIA Test', 'Odd, Name,Inc')
    const parsed = parseGpu([HEADER, line])
    expect(texts(parsed, 'name')).toEqual(['Odd, Name,Inc'])
    expect(column(parsed, 'utilization_pct')).toEqual([5])
    expect(column(parsed, 'temperature_celsius')).toEqual([30])
  })

  it('case 55: with commas in a process name leaves the numbers to the right of it right', () => {
    const line = `2026/11/20 06:00:00.100, ${uuid(0)}, 10549, /opt/run --ids=0,39,131072, 340`
    const parsed = parseGpu([APPS, line], NO_CONTEXT, 'gpu-processes')
    expect(texts(parsed, 'name')).toEqual(['/opt/run --ids=0,39,131072'])
    expect(column(parsed, 'pid')).toEqual([10_549])
    expect(column(parsed, 'memory_used_bytes')).toEqual([340 * MIB])
  })

  it('cannot hide that two rows have become one', () => {
    const glued = second(1, 0, 5, 4, 30) + second(2, 0, 6, 4, 30)
    const parsed = parseGpu([HEADER, second(0, 0, 4, 4, 30), glued, second(3, 0, 7, 4, 30)])
    expect(column(parsed, 'utilization_pct')).toEqual([4, 7])
    expect(losses(parsed)).toHaveLength(1)
  })
})

describe('the rows of a sample', () => {
  it('case 56: are one, also across a second and midnight', () => {
    const day = (text: string, date: string): string => text.replace('2026/11/20', date)
    const parsed = parseGpu([
      HEADER,
      day(row('23:59:58.994', 0, 1, 4, 30), '2026/12/31'),
      day(row('23:59:58.998', 1, 2, 4, 30), '2026/12/31'),
      day(row('23:59:59.995', 0, 3, 4, 30), '2026/12/31'),
      day(row('00:00:00.006', 1, 4, 4, 30), '2027/01/01'),
      day(row('00:00:00.998', 0, 5, 4, 30), '2027/01/01'),
      day(row('00:00:01.002', 1, 6, 4, 30), '2027/01/01'),
    ])
    const newYear = Date.UTC(2027, 0, 1)
    const expected = [newYear - 1006, newYear - 5, newYear + 998]
    expect(times(parsed)).toEqual(expected.flatMap((timeMs) => [timeMs, timeMs]))
    expect(widths(parsed)).toEqual([1.003, 1.003, 1.001, 1.001, 1.003, 1.003])
  })

  it('case 57: belong to their GPU in any order, also where one is missing', () => {
    const parsed = parseGpu([
      HEADER,
      ...[second(0, 0, 1, 4, 30), second(0, 1, 11, 4, 30), second(0, 2, 21, 4, 30)],
      ...[second(1, 2, 22, 4, 30), second(1, 0, 2, 4, 30)],
      ...[second(2, 1, 13, 4, 30), second(2, 2, 23, 4, 30), second(2, 0, 3, 4, 30)],
      ...[second(3, 1, 14, 4, 30)],
    ])
    expect(ofDevice(parsed, uuid(0), 'utilization_pct')).toEqual([1, 2, 3])
    expect(ofDevice(parsed, uuid(1), 'utilization_pct')).toEqual([11, 13, 14])
    expect(ofDevice(parsed, uuid(2), 'utilization_pct')).toEqual([21, 22, 23])
    expect(new Set(times(parsed)).size).toBe(4)
  })

  it('case 58: belong to one series by UUID though the index changes', () => {
    const header = HEADER
    const swap = (number: number, gpu: number, index: number, value: number): string =>
      second(number, gpu, value, 4, 30).replace(`, ${gpu}, GPU-`, `, ${index}, GPU-`)
    const parsed = parseGpu([
      header,
      swap(0, 0, 0, 1),
      swap(0, 1, 1, 11),
      header,
      swap(1, 1, 0, 12),
      swap(1, 0, 1, 2),
    ])
    expect(ofDevice(parsed, uuid(0), 'utilization_pct')).toEqual([1, 2])
    expect(ofDevice(parsed, uuid(0), 'index')).toEqual([0, 1])
    expect(ofDevice(parsed, uuid(1), 'utilization_pct')).toEqual([11, 12])
  })

  it('case 59: cannot be told apart without index and uuid, unless there is one GPU', () => {
    const header = 'timestamp, utilization.gpu [%]'
    const line = (time: string, value: number): string => `2026/11/20 06:00:${time}, ${value}`
    const message = 'read raw/gpu/n1:3: cannot tell GPUs apart: the query has neither uuid nor index'
    expect(() => parseGpu([header, line('00.100', 1), line('00.104', 2)])).toThrow(message)
    const single = parseGpu([header, line('00.100', 1), line('01.100', 2)])
    expect(column(single, 'utilization_pct')).toEqual([1, 2])
  })
})

describe('units', () => {
  const read = (header: string, cell: string, name: string): number[] =>
    column(parseGpu([`timestamp, uuid, ${header}`, `2026/11/20 06:00:00.100, ${uuid(0)}, ${cell}`]), name)

  it.each(['97 %', '97', '97%'])('case 60: %s is the same number', (cell) => {
    expect(read('utilization.gpu [%]', cell, 'utilization_pct')).toEqual([97])
  })

  it.each(['8192 MiB', '8192 MB', '8192', '8 GiB', '8388608 KiB'])(
    'case 60: %s is the same memory',
    (cell) => {
      expect(read('memory.used [MiB]', cell, 'memory_used_bytes')).toEqual([8192 * MIB])
    },
  )

  it('case 61: MB of old drivers are MiB', () => {
    expect(read('memory.used [MB]', '8192', 'memory_used_bytes')).toEqual([8192 * MIB])
  })

  it('case 62: of the header count where values have none', () => {
    expect(read('memory.used [GiB]', '8', 'memory_used_bytes')).toEqual([8192 * MIB])
    expect(read('memory.used', '8192', 'memory_used_bytes')).toEqual([8192 * MIB])
    expect(read('power.draw [mW]', '1500', 'power_watts')).toEqual([1.5])
  })

  it('case 60: a unit that nobody knows is no number', () => {
    expect(read('memory.used [MiB]', '8192 pages', 'memory_used_bytes')).toEqual([NONE])
  })
})

describe('names of fields', () => {
  it.each([
    ['clocks.sm [MHz]', '1410', 'sm_clock_mhz', 1410],
    ['clocks.current.sm [MHz]', '1410', 'sm_clock_mhz', 1410],
    ['CLOCKS.SM [mhz]', '1410', 'sm_clock_mhz', 1410],
    ['clocks.mem [MHz]', '1215', 'memory_clock_mhz', 1215],
    ['clocks.current.memory [MHz]', '1215', 'memory_clock_mhz', 1215],
    ['power.draw.average [W]', '99.50', 'power_watts', 99.5],
    ['power.draw.instant [W]', '99.50', 'power_watts', 99.5],
    ['enforced.power.limit [W]', '300.00', 'power_limit_watts', 300],
  ])('case 63: %s is %s of %s', (field, cell, name, expected) => {
    const parsed = parseGpu([`timestamp, uuid, ${field}`, `2026/11/20 06:00:00.100, ${uuid(0)}, ${cell}`])
    expect(column(parsed, name)).toEqual([expected])
  })

  it.each(['used_memory [MiB]', 'used_gpu_memory [MiB]'])('case 63: %s of a process', (field) => {
    const lines = [`timestamp, gpu_uuid, pid, ${field}`, `2026/11/20 06:00:00.100, ${uuid(0)}, 9, 12`]
    expect(column(parseGpu(lines, NO_CONTEXT, 'gpu-processes'), 'memory_used_bytes')).toEqual([12 * MIB])
  })

  it.each(['clocks_throttle_reasons', 'clocks_event_reasons'])('case 63: %s.active', (family) => {
    const lines = [
      `timestamp, uuid, ${family}.active`,
      `2026/11/20 06:00:00.1, ${uuid(0)}, 0x0000000000000004`,
    ]
    expect(texts(parseGpu(lines), 'throttle_reasons')).toEqual(['sw_power_cap'])
  })
})

describe('what happens to the file', () => {
  it('case 64: a last line that is cut is left out, with a warning that is no loss', () => {
    const text = `${HEADER}\n${second(0, 0, 5, 4, 30)}\n2026/11/20 06:00:01.3`
    const parsed = parseGpu(text)
    expect(parsed.table.rowCount).toBe(1)
    expect(parsed.warnings).toEqual([
      { message: 'raw/gpu/n1:3: the file ends within this line, which was left out', isLoss: false },
    ])
  })

  it('case 64: a last line without its end may have lost a digit, and is left out', () => {
    const parsed = parseGpu(`${HEADER}\n${second(0, 0, 5, 4, 30)}\n${second(1, 0, 5, 4, 3)}`)
    expect(column(parsed, 'temperature_celsius')).toEqual([30])
  })

  it('case 70: a header in its middle brings a new order of fields, and the gap stays one', () => {
    const other = 'timestamp, temperature.gpu, uuid, utilization.gpu [%]'
    const parsed = parseGpu([
      HEADER,
      ...[0, 1, 2, 3].map((number) => second(number, 0, number, 4, 30)),
      other,
      `2026/11/20 06:00:30.100, 44, ${uuid(0)}, 9`,
    ])
    expect(column(parsed, 'utilization_pct')).toEqual([0, 1, 2, 3, 9])
    expect(column(parsed, 'temperature_celsius')).toEqual([30, 30, 30, 30, 44])
    expect(column(parsed, 'memory_used_bytes')[4]).toBeNaN()
    expect(widths(parsed)[4]).toBe(1)
    expect(messages(parsed)).toEqual([])
  })

  it('case 76: zero bytes at its end are left out, and told with their offset', () => {
    const text = `${HEADER}\n${second(0, 0, 5, 4, 30)}\n`
    const bytes = new Uint8Array(text.length + 512)
    bytes.set(new TextEncoder().encode(text))
    const parsed = parseGpu(bytes)
    expect(column(parsed, 'utilization_pct')).toEqual([5])
    expect(messages(parsed)).toEqual([
      `raw/gpu/n1: 512 zero bytes at the end, from offset ${text.length} on, were left out`,
    ])
  })

  it('case 77: UTF-16 is an error that says how to convert it', () => {
    const bytes = new Uint8Array(Buffer.from(`\uFEFF${HEADER}\n`, 'utf16le'))
    expect(() => parseGpu(bytes)).toThrow('read raw/gpu/n1: it is in UTF-16')
  })

  it('a byte order mark and CR LF do not matter', () => {
    const parsed = parseGpu(`\uFEFF${HEADER}\r\n${second(0, 0, 5, 4, 30)}\r\n`)
    expect(column(parsed, 'temperature_celsius')).toEqual([30])
    expect(messages(parsed)).toEqual([])
  })

  it('case 78: halves of lines from two writers are counted, the whole rows kept, and it is a loss', () => {
    const whole = Array.from({ length: 50 }, (_, number) => second(number, 0, number, 4, 30))
    const [left = '', right = ''] = [second(50, 0, 1, 4, 30).slice(0, 60), ', 17, 4, 30']
    const parsed = parseGpu([HEADER, ...whole, left, right, left, right])
    expect(parsed.table.rowCount).toBe(50)
    expect(losses(parsed)).toContain(
      'raw/gpu/n1: 4 of 54 lines are no whole rows: did two programs write to it at once?',
    )
    const few = parseGpu([HEADER, ...whole, left, right])
    expect(losses(few)).toHaveLength(1)
    expect(losses(few)[0]).toContain('raw/gpu/n1:52: not a whole row, left out:')
  })
})

describe('the clock', () => {
  const context = (zone: string | null): NodeContext => ({
    meta: zone === null ? null : { ...META, zone },
    windowMs: [at('05:59:59'), at('06:10:00')],
  })
  const lines = (time: string): string[] => [HEADER, row(time, 0, 5, 4, 30)]

  it('case 68: in UTC needs no zone', () => {
    for (const zone of ['+0900', null]) {
      const parsed = parseGpu(lines('06:00:00.100'), context(zone))
      expect(times(parsed)).toEqual([at('06:00:00.100')])
      expect(messages(parsed)).toEqual([])
    }
  })

  it.each([
    ['+0900', '15:00:00.100'],
    ['-0330', '02:30:00.100'],
    ['+05:45', '11:45:00.100'],
  ])('case 68: of the zone %s that raw/meta tells is taken off where only so the rows fit', (zone, time) => {
    const parsed = parseGpu(lines(time), context(zone))
    expect(times(parsed)).toEqual([at('06:00:00.100')])
    expect(messages(parsed)[0]).toContain(`its times are local ones (${zone})`)
  })

  it('case 68: of an unknown zone is an error', () => {
    const message =
      "its first row is 9.0 h away from the start of the session, and the node's zone is not known"
    expect(() => parseGpu(lines('15:00:00.100'), context(null))).toThrow(message)
    expect(() => parseGpu(lines('15:00:00.100'), context('+0100'))).toThrow('(+0100) does not explain it')
  })

  it('case 69: that goes back leaves the order of the rows, with an event and a warning', () => {
    const parsed = parseGpu([
      HEADER,
      ...['02:59:56.9', '02:59:57.9', '02:59:58.9', '02:59:59.9', '02:00:00.9', '02:00:01.9'].map(
        (time, index) => row(time, 0, index, 4, 30),
      ),
    ])
    expect(column(parsed, 'utilization_pct')).toEqual([0, 1, 2, 3, 4, 5])
    expect(widths(parsed)).toEqual([1, 1, 1, 1, 1, 1])
    expect(parsed.events).toEqual([
      { host: 'n1', kind: 'clock-step', atMs: at('02:00:00.9'), text: 'the clock was stepped by -3600 s' },
    ])
    expect(messages(parsed)).toEqual([
      'raw/gpu/n1:6: the time goes back by 3600 s here, the order of the rows was kept',
    ])
  })
})

describe('the processes on GPUs', () => {
  it('case 73: may be none', () => {
    const parsed = parseGpu([APPS], NO_CONTEXT, 'gpu-processes')
    expect(parsed.table.rowCount).toBe(0)
    expect(parsed.warnings).toEqual([])
  })

  it('case 74: of a container keep their number', () => {
    const line = `2026/11/20 06:00:00.100, ${uuid(0)}, 203676, [Not Found], [N/A]`
    const parsed = parseGpu([APPS, line], NO_CONTEXT, 'gpu-processes')
    expect(column(parsed, 'pid')).toEqual([203_676])
    expect(texts(parsed, 'name')).toEqual([null])
    expect(column(parsed, 'memory_used_bytes')).toEqual([NONE])
    expect(parsed.warnings).toEqual([])
  })
})
