import { describe, expect, it } from 'vitest'
import { wordsOfBits } from '../../src/collectors/gpu-throttle.js'
import { parseGpu, texts, uuid } from './gpu-input.js'

function reasons(fields: string, ...cells: readonly string[]): (string | null)[] {
  const rows = cells.map((cell, second) => `2026/11/20 06:00:0${second}.100, ${uuid(0)}, 5, ${cell}`)
  return texts(parseGpu([`timestamp, uuid, utilization.gpu [%], ${fields}`, ...rows]), 'throttle_reasons')
}

describe('wordsOfBits', () => {
  it('names each bit as the fields do', () => {
    const words = [
      ['0x0000000000000001', 'gpu_idle'],
      ['0x0000000000000002', 'applications_clocks_setting'],
      ['0x0000000000000004', 'sw_power_cap'],
      ['0x0000000000000008', 'hw_slowdown'],
      ['0x0000000000000010', 'sync_boost'],
      ['0x0000000000000020', 'sw_thermal_slowdown'],
      ['0x0000000000000040', 'hw_thermal_slowdown'],
      ['0x0000000000000080', 'hw_power_brake_slowdown'],
      ['0x0000000000000100', 'display_clock_setting'],
    ] as const
    for (const [bits, word] of words) expect(wordsOfBits(bits)).toEqual([word])
    expect(wordsOfBits('0x00000000000000C8')).toEqual([
      'hw_slowdown',
      'hw_thermal_slowdown',
      'hw_power_brake_slowdown',
    ])
  })

  it('keeps bits that have no name, and takes nothing else for bits', () => {
    expect(wordsOfBits('0x0000000000000204')).toEqual(['sw_power_cap', '0x200'])
    expect(wordsOfBits('0x0')).toEqual([])
    for (const text of ['[N/A]', '4', '', '0xg']) expect(wordsOfBits(text)).toBeNull()
  })
})

describe('throttle_reasons', () => {
  it('are the words that are active, in the order of the fields', () => {
    const fields = ['gpu_idle', 'sw_power_cap', 'hw_slowdown']
      .map((word) => `clocks_throttle_reasons.${word}`)
      .join(', ')
    const cells = [
      'Not Active, Active, Active',
      'Not Active, Not Active, Not Active',
      '[N/A], [N/A], Active',
      '[N/A], [N/A], [N/A]',
    ]
    expect(reasons(fields, ...cells)).toEqual(['sw_power_cap|hw_slowdown', 'none', 'hw_slowdown', null])
  })

  it('come from bits and words of both names together, each once', () => {
    const fields =
      'clocks_throttle_reasons.active, clocks_event_reasons.sw_power_cap, clocks_event_reasons.sync_boost'
    expect(reasons(fields, '0x0000000000000044, Active, Not Active', '[N/A], Not Active, Active')).toEqual([
      'sw_power_cap|hw_thermal_slowdown',
      'sync_boost',
    ])
  })

  it('are not measured where nothing was asked for, and are not what the board supports', () => {
    expect(reasons('clocks_throttle_reasons.supported', '0x00000000000001FF')).toEqual([null])
    expect(reasons('clocks_event_reasons_counters.sw_power_cap [us]', '17')).toEqual([null])
  })
})
