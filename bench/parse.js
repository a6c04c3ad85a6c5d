/**
 * How fast raw text becomes CSV: 64 hosts of 900 samples of 16 interfaces, some 80 MB of `sadf -d` output, against a bare
 * read and write, mawk, and csv-parse. Run: npm run build && node bench/parse.js
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { parseRaw } from '../dist/collectors/raw.js'
import { readTableCsv } from '../dist/data/csv-read.js'
import { tableToCsv } from '../dist/data/csv-write.js'
import { cpuSecondsOf, hasProgram, median, ROUNDS, secondsOfCommand, tableOf } from './measure.js'
import { FIRST_SECOND, networkText } from './network-text.js'

const HOSTS = 64
const SAMPLES = 900
const INTERFACES = 16
const MIDNIGHT = Math.floor(FIRST_SECOND / 86_400_000) * 86_400_000
/** csv-parse takes so long that a part of the files must do. */
const SLOW_HOSTS = 4

const folder = mkdtempSync(join(tmpdir(), 'clusterp-bench-'))
const raw = (host) => join(folder, `raw-${host}`)
const csv = (host) => join(folder, `${host}.csv`)
const awk = new URL('network.awk', import.meta.url).pathname

function toCsv(bytes, path) {
  const { table } = parseRaw('network', 'node', [{ path, bytes }], { meta: null, windowMs: null })
  return tableToCsv(table, { elapsedZeroMs: FIRST_SECOND, aliasOf: (device) => device })
}

function toCsvByCsvParse(bytes) {
  const [names, ...rows] = parseCsv(bytes, { delimiter: ';' })
  const at = (name) => names.indexOf(name)
  const columns = [at('rxkB/s'), at('txkB/s'), at('rxpck/s'), at('txpck/s')]
  const lines = rows.map((row) => {
    const time = `${row[2].slice(0, 10)}T${row[2].slice(11, 19)}Z`
    const [bytesIn, bytesOut, packetsIn, packetsOut] = columns.map((column) => Number(row[column]))
    const elapsed = (Date.parse(time) - FIRST_SECOND) / 1000
    return `${time},${elapsed},${row[1]},${row[3]},${row[3]},${bytesIn * 1024},${bytesOut * 1024},${packetsIn},${packetsOut},,,,,`
  })
  return `${lines.join('\n')}\n`
}

function eachHost(count, work) {
  for (let host = 0; host < count; host++) work(host)
}

const WAYS = [
  {
    name: 'bare read + write of the same bytes',
    hosts: HOSTS,
    run: () => eachHost(HOSTS, (host) => writeFileSync(csv(host), readFileSync(raw(host)))),
  },
  {
    name: 'clusterp: read, parse, write CSV',
    hosts: HOSTS,
    run: () => eachHost(HOSTS, toCsvFile),
  },
  {
    name: 'csv-parse, the same in JavaScript strings',
    hosts: SLOW_HOSTS,
    run: () =>
      eachHost(SLOW_HOSTS, (host) => writeFileSync(csv(host), toCsvByCsvParse(readFileSync(raw(host))))),
  },
]

function countSemicolons(bytes) {
  let count = 0
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0x3b) count++
  return count
}

/** Where the time goes inside clusterp, on bytes in memory; the first is what a loop over the bytes costs at all. */
const STEPS = {
  'a loop that only counts the `;`': (files) => {
    for (const bytes of files) countSemicolons(bytes)
  },
  'raw text → columns': (files) => {
    for (const bytes of files)
      parseRaw('network', 'node', [{ path: 'x', bytes }], { meta: null, windowMs: null })
  },
  'raw text → columns → CSV bytes': (files) => {
    for (const bytes of files) for (const _chunk of toCsv(bytes, 'x'));
  },
}

function mawkSeconds() {
  const command = `for n in $(seq 0 ${HOSTS - 1}); do mawk -v START=${(FIRST_SECOND - MIDNIGHT) / 1000} -f '${awk}' raw-$n > $n.csv; done`
  return secondsOfCommand(command, { cwd: folder })
}

function checkSame() {
  toCsvFile(0)
  const ours = readFileSync(csv(0), 'utf8')
  if (!hasProgram('mawk')) return
  mawkSeconds()
  if (readFileSync(csv(0), 'utf8') !== ours) throw new Error('mawk and clusterp do not write the same CSV')
}

/** As the command does it: chunk after chunk, as they come. */
function toCsvFile(host) {
  const file = openSync(csv(host), 'w')
  for (const chunk of toCsv(readFileSync(raw(host)), raw(host))) writeSync(file, chunk)
  closeSync(file)
}

function row(name, megabytes, times) {
  const user = median(times.map((time) => time.user))
  const total = median(times.map((time) => time.user + time.system))
  return [name, megabytes.toFixed(1), user.toFixed(3), total.toFixed(3), (megabytes / total).toFixed(0)]
}

function main() {
  const texts = Array.from({ length: HOSTS }, (_, host) =>
    Buffer.from(networkText(`node${host}`, host + 1, SAMPLES, INTERFACES)),
  )
  texts.forEach((text, host) => {
    writeFileSync(raw(host), text)
  })
  const megabytes = texts.reduce((sum, text) => sum + text.length, 0) / 1e6
  checkSame()
  const times = new Map()
  const note = (name, time) => times.set(name, [...(times.get(name) ?? []), time])
  const csvs = texts.map((bytes) =>
    Buffer.concat(Array.from(toCsv(bytes, 'x'), (chunk) => Buffer.from(chunk))),
  )
  const idle = texts.map((text) => Buffer.from(text.toString('latin1').replace(/;\d+\.\d\d/g, ';0.00')))
  // In turn, so that a disturbed minute does not fall on one of them alone.
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, run } of WAYS) note(name, cpuSecondsOf(run))
    if (hasProgram('mawk')) note('mawk, the same conversion', mawkSeconds())
    for (const [name, run] of Object.entries(STEPS))
      note(
        `· ${name}`,
        cpuSecondsOf(() => run(texts)),
      )
    const write = STEPS['raw text → columns → CSV bytes']
    note(
      '· the same where all rates are 0.00',
      cpuSecondsOf(() => write(idle)),
    )
    note(
      '· CSV bytes → columns',
      cpuSecondsOf(() => csvs.forEach(readBack)),
    )
  }
  const rows = [...times].map(([name, all]) => {
    const hosts = WAYS.find((way) => way.name === name)?.hosts ?? HOSTS
    const ofText = name.includes('0.00') ? idle.reduce((sum, text) => sum + text.length, 0) / 1e6 : megabytes
    return row(name, (ofText * hosts) / HOSTS, all)
  })
  const header = ['', 'MB of raw text', 'user CPU s', 'user + system CPU s', 'MB per CPU s']
  process.stdout.write(
    `${megabytes.toFixed(1)} MB of raw text in ${HOSTS} files, medians of ${ROUNDS} rounds\n\n`,
  )
  process.stdout.write(`${tableOf(header, rows)}\n`)
}

function readBack(bytes) {
  readTableCsv(bytes, { resource: 'network', host: 'node', path: 'x' })
}

try {
  main()
} finally {
  rmSync(folder, { recursive: true })
}
