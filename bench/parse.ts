/**
 * How fast raw files become CSV: 64 hosts of 900 samples of 16 interfaces, some 80 MB of `sadf -d` text.
 * Run it after `npx tsc --noEmit false --outDir .bench-out`: node .bench-out/bench/parse.js
 */
import { performance } from 'node:perf_hooks'
import { parseRaw } from '../src/collectors/raw.js'
import { readTableCsv } from '../src/data/csv-read.js'
import { tableToCsv } from '../src/data/csv-write.js'
import type { RawFile } from '../src/model.js'

const HOSTS = 64
const SAMPLES = 900
const INTERFACES = 16
const ROUNDS = 5
const FIRST_SECOND = Date.UTC(2026, 10, 20, 6)
const HEADER =
  '# hostname;interval;timestamp;IFACE;rxpck/s;txpck/s;rxkB/s;txkB/s;rxcmp/s;txcmp/s;rxmcst/s;%ifutil\n'

/** Small pseudo-random numbers, the same in each run. */
function numbers(seed: number): () => string {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return (state % 3 === 0 ? 0 : (state % 10_000_000) / 100).toFixed(2)
  }
}

function rawFile(host: string, seed: number): RawFile {
  const next = numbers(seed)
  const lines = [HEADER]
  for (let sample = 0; sample < SAMPLES; sample++) {
    const time = new Date(FIRST_SECOND + sample * 1000).toISOString().slice(0, 19).replace('T', ' ')
    for (let nic = 0; nic < INTERFACES; nic++) {
      const rates = `${next()};${next()};${next()};${next()};0.00;0.00;0.00;0.00`
      lines.push(`${host};1;${time} UTC;eth${nic};${rates}\n`)
    }
  }
  return { path: `raw/network/${host}`, bytes: new TextEncoder().encode(lines.join('')) }
}

interface Times {
  parse: number
  write: number
  read: number
}

function runOnce(files: readonly RawFile[]): Times {
  const times: Times = { parse: 0, write: 0, read: 0 }
  for (const file of files) {
    const start = performance.now()
    const { table } = parseRaw('network', 'node', [file], { meta: null, windowMs: null })
    const parsed = performance.now()
    const chunks = tableToCsv(table, { elapsedZeroMs: FIRST_SECOND, aliasOf: (device) => device })
    const written = performance.now()
    readTableCsv(Buffer.concat(chunks), {
      resource: 'network',
      host: 'node',
      path: 'parsed/network/node.csv',
    })
    times.parse += parsed - start
    times.write += written - parsed
    times.read += performance.now() - written
  }
  return times
}

const files = Array.from({ length: HOSTS }, (_, host) => rawFile(`node${host}`, host + 1))
const megabytes = files.reduce((sum, file) => sum + file.bytes.length, 0) / 1e6
const speed = (ms: number): string => `${ms.toFixed(0)} ms, ${((megabytes * 1000) / ms).toFixed(0)} MB/s`
process.stdout.write(`${megabytes.toFixed(1)} MB of raw text in ${files.length} files\n`)
for (let round = 0; round < ROUNDS; round++) {
  const { parse, write, read } = runOnce(files)
  const lines = [
    `parse ${speed(parse)}`,
    `write ${speed(write)}`,
    `both ${speed(parse + write)}`,
    `read back ${speed(read)}`,
  ]
  process.stdout.write(`${lines.join('; ')}\n`)
}
