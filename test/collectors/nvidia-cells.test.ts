import { describe, expect, it } from 'vitest'
import { isFault, isReason, NvidiaClock, readQuantity } from '../../src/collectors/nvidia-cells.js'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const quantity = (text: string, factor = 1): number => readQuantity(bytesOf(text), 0, text.length, factor)

describe('readQuantity', () => {
  it('takes the unit of the cell before that of the header', () => {
    expect(quantity('12.5', 2 ** 20)).toBe(12.5 * 2 ** 20)
    expect(quantity('12.5 W', 2 ** 20)).toBe(12.5)
    expect(quantity('1.98 GHz')).toBe(1980)
    expect(quantity('-5')).toBe(-5)
  })

  it.each(['', '-', '.', 'P0', '[N/A]', '1.2.3', '5 furlongs', '0x10', 'nan'])(
    'is no number for %j',
    (text) => {
      expect(quantity(text)).toBeNaN()
    },
  )
})

describe('reasons', () => {
  it('are what stands in brackets, and the words that stand without', () => {
    for (const text of ['[N/A]', '[anything new]', '-', 'N/A', 'ERR!']) expect(isReason(text)).toBe(true)
    for (const text of ['', '0', 'P0', 'NVIDIA [old]', 'Active']) expect(isReason(text)).toBe(false)
  })

  it('tell of a fault unless they say that there is nothing to be told', () => {
    for (const text of ['[GPU is lost]', '[Unknown Error]', '[anything new]', 'ERR!']) {
      expect(isFault(text)).toBe(true)
    }
    for (const text of ['[N/A]', '[Not Supported]', '[Not Found]', '-', '0'])
      expect(isFault(text)).toBe(false)
  })
})

describe('NvidiaClock', () => {
  const read = (text: string): number => new NvidiaClock().read(bytesOf(text), 0, text.length)

  it('reads milliseconds, and what has none', () => {
    const noon = Date.UTC(2018, 10, 30, 12, 0, 47)
    expect(read('2018/11/30 12:00:47.115')).toBe(noon + 115)
    expect(read('2018/11/30 12:00:47.5')).toBe(noon + 500)
    expect(read('2018/11/30 12:00:47.115999')).toBe(noon + 115)
    expect(read('2018/11/30 12:00:47')).toBe(noon)
    expect(read('2018-11-30 12:00:47.115')).toBe(noon + 115)
  })

  it('remembers a day without mixing it up with the next one', () => {
    const clock = new NvidiaClock()
    const days = ['2024/02/28', '2024/02/29', '2024/02/29', '2024/03/01']
    const times = days.map((day) => clock.read(bytesOf(`${day} 00:00:00.000`), 0, 23))
    expect(times).toEqual([28, 29, 29, 30].map((day) => Date.UTC(2024, 1, day)))
  })

  it.each([
    '2023/02/29 12:00:00.000',
    '2018/11/30 24:00:00.000',
    '2018/11/30 12:60:00.000',
    '2018/11/30 12:00:47.1x',
    '2018/11/30',
    '[Unknown Error]',
    '',
  ])('is no time: %j', (text) => {
    expect(read(text)).toBeNaN()
  })
})
