import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { portNumbersOf } from '../../src/collectors/infiniband-devices.js'
import { firstSampleMs, parseRaw } from '../../src/collectors/raw.js'
import type { ParsedResource } from '../../src/model.js'
import { column, NO_CONTEXT, parse, rawFile, sample } from './proc-input.js'

const bytes = readFileSync(new URL('../fixtures/nvidia/ports.txt', import.meta.url))
const FIXTURE = { path: 'raw/infiniband/n1', bytes }
const { NaN: NONE } = Number

function port(parsed: ParsedResource, device: string, name: string): number[] {
  const index = parsed.table.devices.indexOf(device)
  return column(parsed, name).filter((_, row) => parsed.table.deviceIndex?.[row] === index)
}

/** Two samples a second apart, whose counters are given as `name before after`. */
function rates(...counters: readonly string[]): ParsedResource {
  const lines = (at: number): string[] =>
    counters.map((counter) => {
      const [name = '', ...values] = counter.split(' ')
      return `mlx5_0 1 ${name} ${values[Math.min(at, values.length - 1)]}`
    })
  return parse('infiniband', sample(1, lines(0)) + sample(2, lines(1)))
}

describe('the ports of a node', () => {
  const parsed = parseRaw('infiniband', 'n1', [FIXTURE], NO_CONTEXT)

  it('are those that were active at some time', () => {
    expect(parsed.table.devices).toEqual(['mlx5_0', 'bnxt_re0'])
    expect(column(parsed, 'port')).toEqual([1, 1])
    expect(parsed.warnings).toEqual([])
    expect(parsed.events).toEqual([])
  })

  it('count their data in words of four bytes', () => {
    // (15 626 000 000 - 1 000 000) * 4 / 10 and (3 000 500 000 - 500 000) * 4 / 10
    expect(port(parsed, 'mlx5_0', 'in_bytes_per_s')).toEqual([6_250_000_000])
    expect(port(parsed, 'mlx5_0', 'out_bytes_per_s')).toEqual([1_200_000_000])
    expect(port(parsed, 'mlx5_0', 'in_errors_per_s')).toEqual([2])
    expect(port(parsed, 'mlx5_0', 'out_discards_per_s')).toEqual([0.5])
  })

  it('are as busy as their busier direction against their rate', () => {
    // 6.25 GB/s are 50 of 100 Gb/s.
    expect(port(parsed, 'mlx5_0', 'utilization_pct')).toEqual([50])
  })

  it('of RoCE devices count bytes', () => {
    expect(port(parsed, 'bnxt_re0', 'in_bytes_per_s')).toEqual([100_000])
    expect(port(parsed, 'bnxt_re0', 'out_bytes_per_s')).toEqual([1_562_500_000])
    // 12.5 of 25 Gb/s
    expect(port(parsed, 'bnxt_re0', 'utilization_pct')).toEqual([50])
    expect(port(parsed, 'bnxt_re0', 'in_errors_per_s')).toEqual([NONE])
  })

  it('are stamped with the end of the sample and its width', () => {
    expect(Array.from(parsed.table.timeMs)).toEqual([1_795_161_610_000, 1_795_161_610_000])
    expect(Array.from(parsed.table.intervalSec)).toEqual([10, 10])
    expect(firstSampleMs([FIXTURE], NO_CONTEXT)).toBe(1_795_161_610_000)
  })
})

describe('a counter', () => {
  it('that goes back is not measured', () => {
    const parsed = rates('port_rcv_data 5000 100', 'port_xmit_data 100 200', 'rate 100')
    expect(column(parsed, 'in_bytes_per_s')).toEqual([NONE])
    expect(column(parsed, 'out_bytes_per_s')).toEqual([400])
    expect(column(parsed, 'utilization_pct')).toEqual([NONE])
  })

  it('that is full counts no more, and is not measured', () => {
    const parsed = rates(
      'port_rcv_data 4294967295 4294967295',
      'port_xmit_data 4294967296 4294967300',
      'port_rcv_errors 65535 65535',
      'port_xmit_discards 65534 65534',
    )
    expect(column(parsed, 'in_bytes_per_s')).toEqual([NONE])
    expect(column(parsed, 'out_bytes_per_s')).toEqual([16])
    expect(column(parsed, 'in_errors_per_s')).toEqual([NONE])
    expect(column(parsed, 'out_discards_per_s')).toEqual([0])
  })

  it('above 2^53 is subtracted digit by digit', () => {
    const parsed = rates(
      'port_rcv_data 9223372036854775809 9223372036854775812',
      'port_xmit_data 9007199254740990 9007199254740995',
      'port_rcv_errors 18446744073709551614 18446744073709551615',
    )
    expect(column(parsed, 'in_bytes_per_s')).toEqual([12])
    expect(column(parsed, 'out_bytes_per_s')).toEqual([20])
    expect(column(parsed, 'in_errors_per_s')).toEqual([1])
  })

  it('above 2^53 that goes back by less than a double can tell is not measured', () => {
    const parsed = rates('port_rcv_data 9223372036854775810 9223372036854775809')
    expect(column(parsed, 'in_bytes_per_s')).toEqual([NONE])
  })

  it('that a port does not have is not measured, never 0', () => {
    const parsed = rates('port_rcv_data 0 0')
    expect(column(parsed, 'in_bytes_per_s')).toEqual([0])
    for (const name of ['out_bytes_per_s', 'in_errors_per_s', 'out_discards_per_s', 'utilization_pct']) {
      expect(column(parsed, name)).toEqual([NONE])
    }
  })

  it.each([
    ['port_rcv_data_64', 4],
    ['rx_bytes', 1],
    ['hw_rx_bytes_cnt', 1],
    ['ip4InOctets', 1],
    ['ip6InOctets', 1],
  ])('may be called %s, in units of %i bytes', (name, factor) => {
    expect(column(rates(`${name} 10 30`), 'in_bytes_per_s')).toEqual([20 * factor])
  })

  it('for each kind of address adds up', () => {
    const parsed = rates('ip4OutOctets 0 30', 'ip6OutOctets 0 4')
    expect(column(parsed, 'out_bytes_per_s')).toEqual([34])
  })

  it('with a value that is empty is passed over', () => {
    const lines = ['mlx5_0 1 port_rcv_data 5', 'mlx5_0 1 port_rcv_errors']
    const parsed = parse('infiniband', sample(1, lines) + sample(2, lines))
    expect(column(parsed, 'in_bytes_per_s')).toEqual([0])
    expect(column(parsed, 'in_errors_per_s')).toEqual([NONE])
  })
})

describe('a port', () => {
  const lines = (device: string, number: number, state: string, words: number): string[] => [
    `${device} ${number} state ${state}`,
    `${device} ${number} port_rcv_data ${words}`,
  ]

  it('is called by its number too where its device has several', () => {
    const both = (words: number): string[] => [
      ...lines('mlx4_0', 1, 'ACTIVE', words),
      ...lines('mlx4_0', 2, 'ACTIVE', 3 * words),
    ]
    const parsed = parse('infiniband', sample(1, both(0)) + sample(2, both(5)))
    expect(parsed.table.devices).toEqual(['mlx4_0/1', 'mlx4_0/2'])
    expect(column(parsed, 'port')).toEqual([1, 2])
    expect([...portNumbersOf(parsed.table)]).toEqual([
      ['mlx4_0/1', 1],
      ['mlx4_0/2', 2],
    ])
    expect(port(parsed, 'mlx4_0/2', 'in_bytes_per_s')).toEqual([60])
  })

  it('that goes down during the session keeps its rows', () => {
    const parsed = parse(
      'infiniband',
      sample(1, lines('mlx5_0', 1, 'ACTIVE', 0)) + sample(2, lines('mlx5_0', 1, 'DOWN', 5)),
    )
    expect(column(parsed, 'in_bytes_per_s')).toEqual([20])
  })

  it('that was never up is left out, which is said where there is no other', () => {
    const down = lines('mlx5_0', 2, '1: DOWN', 0)
    const parsed = parse('infiniband', sample(1, down) + sample(2, down))
    expect(parsed.table.rowCount).toBe(0)
    expect(parsed.warnings).toEqual([
      { message: 'raw/infiniband/n1: no port was active: mlx5_0/2', isLoss: false },
    ])
  })

  it('that is merely initialized was not active', () => {
    const initial = lines('mlx5_0', 1, '2: INACTIVE', 0)
    expect(parse('infiniband', sample(1, initial) + sample(2, initial)).table.rowCount).toBe(0)
  })

  it('that was away in between starts anew', () => {
    const present = (words: number): string[] => lines('mlx5_0', 1, 'ACTIVE', words)
    const other = lines('mlx5_1', 1, 'ACTIVE', 0)
    const parsed = parse(
      'infiniband',
      sample(1, [...present(5), ...other]) +
        sample(2, other) +
        sample(3, [...present(9), ...other]) +
        sample(4, [...present(10), ...other]),
    )
    expect(port(parsed, 'mlx5_0', 'in_bytes_per_s')).toEqual([4])
    expect(port(parsed, 'mlx5_1', 'in_bytes_per_s')).toEqual([0, 0, 0])
  })
})

describe('the samples', () => {
  it('before and after a new start of the sampler are not subtracted', () => {
    const first = rawFile('infiniband', sample(1, ['mlx5_0 1 port_rcv_data 1'])).bytes
    const again = rawFile('infiniband', sample(5, ['mlx5_0 1 port_rcv_data 9'])).bytes
    const file = { path: 'raw/infiniband/n1', bytes: Buffer.concat([first, again]) }
    const parsed = parseRaw('infiniband', 'n1', [file], NO_CONTEXT)
    expect(parsed.table.rowCount).toBe(0)
    expect(parsed.warnings).toEqual([{ message: 'raw/infiniband/n1: it holds no rows', isLoss: false }])
  })

  it('are as wide as the uptime says where the wall clock was stepped', () => {
    const data = (words: number): string[] => [`mlx5_0 1 port_rcv_data ${words}`]
    const parsed = parse('infiniband', sample(1, data(0), 1000) + sample(2, data(5), 4600))
    expect(Array.from(parsed.table.intervalSec)).toEqual([1])
    expect(column(parsed, 'in_bytes_per_s')).toEqual([20])
  })

  it('of another resource are an error', () => {
    const file = rawFile('disk', sample(1, ['mlx5_0 1 port_rcv_data 1']))
    expect(() => parseRaw('infiniband', 'n1', [file], NO_CONTEXT)).toThrow(
      'it holds disk data, not infiniband',
    )
  })
})
