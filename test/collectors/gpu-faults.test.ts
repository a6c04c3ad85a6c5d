import { describe, expect, it } from 'vitest'
import { faultOf, labelOf, lossText } from '../../src/collectors/gpu-faults.js'
import { at, HEADER, messages, NO_CONTEXT, parseGpu, row, uuid } from './gpu-input.js'

const HANDLE = 'Unable to determine the device handle for'

describe('a line about a GPU that cannot be asked', () => {
  it.each([
    [`${HANDLE} GPU0000:02:00.0: Unknown Error`, null, '0000:02:00.0', 'Unknown Error'],
    [`${HANDLE} GPU 0000:05:00.0: GPU is lost.  Reboot the system`, null, '0000:05:00.0', 'GPU is lost'],
    [`${HANDLE} gpu 00000000:AF:00.0: Not Found`, null, '00000000:AF:00.0', 'Not Found'],
    [`${HANDLE} GPU1: 0000:34:00.0: Unknown Error`, 'gpu1', '0000:34:00.0', 'Unknown Error'],
  ])('%s', (said, label, busId, reason) => {
    expect(faultOf(said)).toEqual({ label, busId, reason })
  })

  it.each(['No devices were found', 'WARNING: infoROM is corrupted at gpu 0000:02:00.0', ''])(
    'is none of %j',
    (said) => {
      expect(faultOf(said)).toBeNull()
    },
  )
})

describe('the words for a loss', () => {
  it.each([
    ['[GPU is lost]', 'gpu1 lost'],
    ['GPU is lost', 'gpu1 lost'],
    ['[GPU requires reset]', 'gpu1 requires reset'],
    ['[Unknown Error]', 'gpu1 lost: Unknown Error'],
  ])('%s', (reason, said) => {
    expect(lossText('gpu1', reason)).toBe(said)
  })
})

describe('a sentence beside a plot', () => {
  const long = 'x'.repeat(80)

  it('is as it was said where it is short', () => {
    expect(labelOf('No devices were found', 'no devices were found (rc 6)')).toBe('No devices were found')
  })

  it('is its cause, or cut, where it is long', () => {
    expect(labelOf(long, 'driver not loaded (rc 9)')).toBe('driver not loaded')
    expect(labelOf(long, null)).toBe(`${'x'.repeat(59)}…`)
  })
})

describe('a GPU whose rows are missing', () => {
  const sample = (second: number, ...gpus: readonly number[]): readonly string[] =>
    gpus.map((gpu) => row(`06:00:0${second}.10${gpu}`, gpu, 5, 4, 30))
  const said = (lines: readonly string[]) =>
    parseGpu([HEADER, ...lines]).events.map(({ atMs, text }) => [atMs, text])

  it('up to the end is told at the first sample without it', () => {
    const parsed = parseGpu([HEADER, ...sample(0, 0, 1), ...[1, 2, 3].flatMap((second) => sample(second, 0))])
    expect(parsed.events).toEqual([
      { host: 'n1', kind: 'gpu', atMs: at('06:00:01.100'), text: 'gpu1 no longer answers' },
    ])
    expect(messages(parsed)).toEqual(['raw/gpu/n1: gpu1 has no rows up to the end'])
  })

  it('in one sample or two is a gap and no event', () => {
    expect(said([...sample(0, 0, 1), ...sample(1, 0), ...sample(2, 0), ...sample(3, 0, 1)])).toEqual([])
    expect(said([...sample(0, 0, 1), ...sample(1, 0), ...sample(2, 0)])).toEqual([])
  })

  it('is the one that a line gives up, whether the line comes before or behind the rows of the others', () => {
    const line = `${HANDLE} GPU0000:02:00.0: Unknown Error`
    const rest = [2, 3, 4].flatMap((second) => sample(second, 1))
    expect(said([...sample(0, 0, 1), line, ...sample(1, 1), ...rest])).toEqual([
      [at('06:00:00.101'), 'gpu0 lost: Unknown Error'],
    ])
    expect(said([...sample(0, 0, 1), ...sample(1, 1), line, ...rest])).toEqual([
      [at('06:00:01.101'), 'gpu0 lost: Unknown Error'],
    ])
  })

  it('with another one is called by its address', () => {
    const line = `${HANDLE} GPU0000:02:00.0: Unknown Error`
    expect(said([...sample(0, 0, 1, 2), line, ...sample(1, 0)])).toEqual([
      [at('06:00:00.102'), 'GPU 0000:02:00.0 lost: Unknown Error'],
    ])
  })

  it('is not told by the file of processes', () => {
    const header = 'timestamp, gpu_uuid, pid, process_name, used_gpu_memory [MiB]'
    const lines = [
      header,
      `2026/11/20 06:00:00.100, ${uuid(0)}, 9, train, 12`,
      `${HANDLE} GPU0000:02:00.0: Unknown Error`,
    ]
    const parsed = parseGpu(lines, NO_CONTEXT, 'gpu-processes')
    expect(parsed.events).toEqual([])
    expect(messages(parsed)).toHaveLength(1)
  })
})
