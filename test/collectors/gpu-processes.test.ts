import { describe, expect, it } from 'vitest'
import {
  column,
  losses,
  MIB,
  messages,
  NO_CONTEXT,
  parseFixture,
  parseGpu,
  texts,
  uuid,
  widths,
} from './gpu-input.js'

const HEADER = 'timestamp, gpu_uuid, pid, process_name, used_gpu_memory [MiB]'
const parse = (...lines: readonly string[]) => parseGpu([HEADER, ...lines], NO_CONTEXT, 'gpu-processes')
const process = (second: number, pid: number | string, memory = 100): string =>
  `2026/11/20 06:00:${String(second).padStart(2, '0')}.100, ${uuid(0)}, ${pid}, train, ${memory}`

describe('the processes of a file', () => {
  const parsed = parseFixture('apps-535.csv', 'gpu-processes')

  it('are rows by GPU and process', () => {
    expect(parsed.table.devices).toEqual([uuid(0), uuid(1)])
    expect(Array.from(parsed.table.deviceIndex ?? [])).toEqual([0, 1, 0, 1])
    expect(column(parsed, 'pid')).toEqual([4711, 4712, 4711, 4713])
    expect(column(parsed, 'memory_used_bytes')).toEqual([8092 * MIB, 94 * MIB, 8100 * MIB, Number.NaN])
    expect(texts(parsed, 'name')).toEqual([
      '/opt/train --betas=0.9,0.99 -x',
      'python3',
      '/opt/train --betas=0.9,0.99 -x',
      null,
    ])
    expect(widths(parsed)).toEqual([10.004, 10.004, 10.004, 10.004])
    expect(parsed.warnings).toEqual([])
    expect(parsed.events).toEqual([])
  })

  it('have the users that lines between them tell, also later ones', () => {
    expect(texts(parsed, 'user')).toEqual(['anna', 'DOMAIN\\bert', 'anna', null])
  })
})

describe('the user of a process', () => {
  it('is the one told last before its row, for numbers come again', () => {
    const parsed = parse(...['# user 7 anna', process(0, 7), '# user 7 bert', process(1, 7), process(2, 8)])
    expect(texts(parsed, 'user')).toEqual(['anna', 'bert', null])
  })
})

describe('what else a file of processes holds', () => {
  it('may be an answer that there are none', () => {
    const parsed = parse('No running processes found')
    expect([parsed.table.rowCount, parsed.warnings, parsed.events]).toEqual([0, [], []])
  })

  it('is told: a row without a pid, a message, half a row', () => {
    const parsed = parse(process(0, 7), process(1, '[N/A]'), 'GPU is lost', '2026/11/20 06:00:02.100, GPU-1')
    expect(column(parsed, 'pid')).toEqual([7])
    expect(messages(parsed).join('\n')).toContain('a row without a pid: [N/A]')
    expect(parsed.events.map(({ text }) => text)).toContain('GPU is lost')
    expect(losses(parsed)).toHaveLength(1)
  })

  it('is an error when it is no query of processes', () => {
    const lines = ['timestamp, index, uuid, utilization.gpu [%]']
    const message = 'read raw/gpu-processes/n1:1: the query has no "pid"'
    expect(() => parseGpu(lines, NO_CONTEXT, 'gpu-processes')).toThrow(message)
  })

  it('may be that there is no driver', () => {
    const said = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
    const parsed = parseGpu([said], NO_CONTEXT, 'gpu-processes')
    expect(messages(parsed)).toEqual(['raw/gpu-processes/n1:1: no GPU data: driver not loaded (rc 9)'])
  })
})
