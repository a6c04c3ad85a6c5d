/**
 * What a port's counters come to. InfiniBand counts data in words of 4 bytes; RoCE drivers have names of their own.
 *
 *   mlx5_0 1 port_rcv_data 123456
 *   mlx5_0 1 rate 100
 *   bnxt_re0 1 rx_bytes 493824
 */

/** Counters of a port by name; NaN for one that it does not have. */
export interface PortCounters {
  get(name: string): number
  /** The same, digit by digit; null for one that it does not have. */
  exact(name: string): bigint | null
}

/** Where a number comes from: the sum of some counters, times `factor`. */
interface CounterSource {
  readonly names: readonly string[]
  /** Where the counters lie below the port's folder in sysfs. */
  readonly folder: 'counters' | 'counters_ext' | 'hw_counters'
  readonly factor: number
  /** A counter that has reached this stays there (InfiniBand Architecture 1.2, PMA PortCounters); null: it does not. */
  readonly limit: number | null
}

/** PortRcvData and PortXmitData are in units of 4 bytes (Documentation/ABI/stable/sysfs-class-infiniband). */
const WORD_BYTES = 4
const LARGEST_32_BITS = 2 ** 32 - 1
const LARGEST_16_BITS = 2 ** 16 - 1

function words(name: string, folder: CounterSource['folder'], limit: number | null): CounterSource {
  return { names: [name], folder, factor: WORD_BYTES, limit }
}

function ofDriver(...names: string[]): CounterSource {
  return { names, folder: 'hw_counters', factor: 1, limit: null }
}

function ofPort(name: string): CounterSource {
  return { names: [name], folder: 'counters', factor: 1, limit: LARGEST_16_BITS }
}

/** The best first: 64-bit words, words, and the bytes of bnxt_re and efa, erdma, irdma. */
const IN_DATA: readonly CounterSource[] = [
  words('port_rcv_data_64', 'counters_ext', null),
  words('port_rcv_data', 'counters', LARGEST_32_BITS),
  ofDriver('rx_bytes'),
  ofDriver('hw_rx_bytes_cnt'),
  ofDriver('ip4InOctets', 'ip6InOctets'),
]
const OUT_DATA: readonly CounterSource[] = [
  words('port_xmit_data_64', 'counters_ext', null),
  words('port_xmit_data', 'counters', LARGEST_32_BITS),
  ofDriver('tx_bytes'),
  ofDriver('hw_tx_bytes_cnt'),
  ofDriver('ip4OutOctets', 'ip6OutOctets'),
]
const IN_ERRORS: readonly CounterSource[] = [ofPort('port_rcv_errors'), ofDriver('rx_roce_error_pkts')]
const OUT_DISCARDS: readonly CounterSource[] = [
  ofPort('port_xmit_discards'),
  ofDriver('tx_roce_discard_pkts'),
]

function filesOf(sources: readonly CounterSource[]): readonly string[] {
  return sources.flatMap(({ names, folder }) => names.map((name) => `${folder}/${name}`))
}

/** Counters of data below a port's folder in sysfs: a port of which none can be read cannot be recorded. */
export const PORT_DATA_FILES: readonly string[] = filesOf([...IN_DATA, ...OUT_DATA])

/** All that the sampler copies of a port, besides its state and rate. */
export const PORT_COUNTER_FILES: readonly string[] = [
  ...PORT_DATA_FILES,
  ...filesOf([...IN_ERRORS, ...OUT_DISCARDS]),
]

const BITS_PER_BYTE = 8
const BITS_PER_GIGABIT = 1e9

/** Columns of the table in the order of `portRates`. */
export const PORT_COLUMNS = [
  'in_bytes_per_s',
  'out_bytes_per_s',
  'in_errors_per_s',
  'out_discards_per_s',
  'utilization_pct',
] as const

/** Rates of a port between two samples; NaN for a counter that is missing, went back, or is full. */
export function portRates(current: PortCounters, previous: PortCounters, seconds: number): readonly number[] {
  const rate = (sources: readonly CounterSource[]): number => {
    const source = sources.find(({ names }) => names.some((name) => !Number.isNaN(current.get(name))))
    return source ? growthOf(source, current, previous) / seconds : Number.NaN
  }
  const inBytes = rate(IN_DATA)
  const outBytes = rate(OUT_DATA)
  const linkBytes = (current.get('rate') * BITS_PER_GIGABIT) / BITS_PER_BYTE
  const utilization = linkBytes > 0 ? (100 * Math.max(inBytes, outBytes)) / linkBytes : Number.NaN
  return [inBytes, outBytes, rate(IN_ERRORS), rate(OUT_DISCARDS), utilization]
}

function growthOf(source: CounterSource, current: PortCounters, previous: PortCounters): number {
  let sum = 0
  for (const name of source.names) {
    const now = current.get(name)
    const before = previous.get(name)
    // A node without IPv6, say, has only one of two.
    if (Number.isNaN(now) && Number.isNaN(before) && source.names.length > 1) continue
    sum += now >= before && now !== source.limit ? differenceOf(name, current, previous) : Number.NaN
  }
  return sum * source.factor
}

/** A fast port counts past 2^53 within days: doubles would then be off by some words. */
function differenceOf(name: string, current: PortCounters, previous: PortCounters): number {
  const now = current.get(name)
  if (now <= Number.MAX_SAFE_INTEGER) return now - previous.get(name)
  const [after, before] = [current.exact(name), previous.exact(name)]
  const difference = after === null || before === null ? Number.NaN : Number(after - before)
  // As doubles the two may be equal while the later one is less.
  return difference >= 0 ? difference : Number.NaN
}
