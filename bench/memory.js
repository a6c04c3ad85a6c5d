/**
 * The most memory that `clusterp parse` takes for 64 hosts × 24 h × 1 s of 2 interfaces: 1.9 GB of raw text below the
 * temporary folder, removed afterwards. Needs GNU time. Run: npm run build && node bench/memory.js
 */
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasProgram, secondsOfCommand } from './measure.js'
import { networkText } from './network-text.js'

const HOSTS = 64
const SAMPLES = 86_400
const INTERFACES = 2
const ERRORS =
  '# hostname;interval;timestamp;IFACE;rxerr/s;txerr/s;coll/s;rxdrop/s;txdrop/s;txcarr/s;rxfram/s;rxfifo/s;txfifo/s\n'
const GNU_TIME = '/usr/bin/time'
const program = fileURLToPath(new URL('../bin/clusterp.js', import.meta.url))

/** Traffic, and errors of the same samples. */
function writeRaw(path, host, seed) {
  const text = networkText(host, seed, SAMPLES, INTERFACES)
  const file = openSync(path, 'w')
  writeSync(file, text)
  const rows = text.slice(text.indexOf('\n') + 1)
  writeSync(file, ERRORS + rows.replace(/(eth\d);.*/g, '$1;0.00;0.00;0.00;0.00;0.00;0.00;0.00;0.00;0.00'))
  closeSync(file)
  return statSync(path).size
}

function main(folder) {
  const hosts = Array.from({ length: HOSTS }, (_, host) => `node${host}`)
  mkdirSync(join(folder, 'raw/network'), { recursive: true })
  writeFileSync(join(folder, 'config.yml'), `hosts: [${hosts}]\nnet_interfaces: [eth0, eth1]\n`, {
    mode: 0o600,
  })
  const sizes = hosts.map((host, index) => writeRaw(join(folder, 'raw/network', host), host, index + 1))
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6
  const command = `${GNU_TIME} -f '%M' -o rss '${process.execPath}' '${program}' parse >out.log 2>&1; cat rss >&2`
  const { user, system, wall, stderr } = secondsOfCommand(command, { cwd: folder })
  const lines = [
    `${megabytes.toFixed(0)} MB of raw text of ${HOSTS} hosts`,
    `most memory: ${(Number(stderr.split('\n')[0]) / 1000).toFixed(0)} MB resident`,
    `${user.toFixed(1)} + ${system.toFixed(1)} s of CPU, ${wall.toFixed(1)} s wall: ${(megabytes / wall).toFixed(0)} MB/s`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

if (hasProgram(GNU_TIME)) {
  const folder = mkdtempSync(join(tmpdir(), 'clusterp-bench-'))
  try {
    main(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
} else process.stdout.write('GNU time is not here: apt-get install time\n')
