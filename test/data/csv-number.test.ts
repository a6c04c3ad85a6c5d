import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WIDEST_CELL, writeCell, writeNumber } from '../../src/data/csv-number.js'

const view = new DataView(new ArrayBuffer(1024))

function textOf(end: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, 0, end))
}

const cellText = (value: number, decimals = 3): string => textOf(writeCell(view, 0, value, decimals))
const numberText = (value: number, decimals = 3): string =>
  textOf(writeNumber(view, 0, Float64Array.of(value), 0, decimals))

describe('a cell', () => {
  it.each([
    [0, ',0'],
    [0.0004, ',0'],
    [0.0005, ',0.001'],
    [7, ',7'],
    [0.5, ',0.5'],
    [999.9994, ',999.999'],
    [999.9995, ',1000'],
    [1000, ',1000'],
    [1007.25, ',1007.25'],
    [999_999.9996, ',1000000'],
    [1_000_000, ',1000000'],
    [12_000_042.07, ',12000042.07'],
    [999_999_997.9999, ',999999998'],
    [WIDEST_CELL, ',999999998'],
  ])('%d is a comma and %s', (value, text) => {
    expect(cellText(value)).toBe(text)
  })

  it.each([
    [0.4999, ',0'],
    [0.5, ',1'],
    [999.4999, ',999'],
    [999.5, ',1000'],
    [123_456_789.25, ',123456789'],
  ])('%d without decimals is %s', (value, text) => {
    expect(cellText(value, 0)).toBe(text)
  })

  it('of any number is the same as the number written the other way', () => {
    const anyValue = fc.oneof(
      fc.nat(1_000_000_000).map((thousandths) => thousandths / 1000),
      fc.nat(99_999_999).map((hundredths) => (hundredths / 100) * 1024),
      fc.double({ min: 0, max: WIDEST_CELL, noNaN: true }),
      fc.nat(WIDEST_CELL),
    )
    fc.assert(
      fc.property(anyValue, fc.constantFrom(0, 3), (value, decimals) => {
        fc.pre(value <= WIDEST_CELL)
        expect(cellText(value, decimals)).toBe(`,${numberText(value, decimals)}`)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a number', () => {
  it.each([
    [Number.NaN, ''],
    [Number.POSITIVE_INFINITY, ''],
    [-0, '0'],
    [-0.0004, '0'],
    [-12.5, '-12.5'],
    [1_250_000_000.5, '1250000000.5'],
    [2 ** 31, '2147483648'],
    [12_500_000_000.25, '12500000000.25'],
    [9_007_199_254_740_992, '9007199254740992'],
  ])('%d is %s', (value, text) => {
    expect(numberText(value)).toBe(text)
  })
})
