// `npm run demo`: profiles this machine for some 15 s while a small workload with two phases runs, and draws it.
// Phase 1 keeps half of all CPUs (at least one) busy for 5 s; phase 2 writes to the disk and sends over loopback.
import { spawn } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const directory = join(root, 'demo-session')
const program = join(root, 'bin', 'clusterp.js')
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs clusterp in the demo's folder as a user would; ends the demo with its exit code when it fails. */
async function clusterp(...words) {
  process.stderr.write(`\n$ clusterp ${words.join(' ')}\n`)
  const child = spawn(process.execPath, [program, ...words], { cwd: directory, stdio: 'inherit' })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) {
    process.stderr.write(`demo: clusterp ${words[0]} ended with code ${code}\n`)
    process.exit(code ?? 1)
  }
}

/** Notes that a phase begins: a rule with its name on every plot. */
function mark(text) {
  appendFileSync(join(directory, 'marks.jsonl'), `${JSON.stringify({ atMs: Date.now(), text })}\n`)
}

async function keepCpusBusy(seconds) {
  const busy = `const end = Date.now() + ${seconds * 1000}; while (Date.now() < end);`
  const count = Math.max(1, Math.ceil(availableParallelism() / 2))
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', busy], { stdio: 'ignore' }),
  )
  await Promise.all(children.map((child) => new Promise((resolve) => child.on('close', resolve))))
}

async function writeAndSend(seconds) {
  const path = join(directory, 'workload.tmp')
  const block = Buffer.alloc(1 << 20, 'clusterp')
  const server = createServer((socket) => socket.resume())
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = createConnection(server.address().port, '127.0.0.1')
  const file = openSync(path, 'w')
  const end = Date.now() + seconds * 1000
  let written = 0
  while (Date.now() < end) {
    writeSync(file, block, 0, block.length, written % (64 << 20))
    written += block.length
    if (written % (8 << 20) === 0) fsyncSync(file)
    for (let turn = 0; turn < 4; turn++) client.write(block)
    await wait(20)
  }
  closeSync(file)
  rmSync(path)
  client.destroy()
  server.close()
}

mkdirSync(directory, { recursive: true })
if (!existsSync(join(directory, 'config.yml'))) {
  writeFileSync(
    join(directory, 'config.yml'),
    // A demo that is ended half-way must not leave loggers for a week.
    'hosts: [local]\nfilesystem_names: auto\nnet_interfaces: [lo]\ninterval: 1\nduration: 10m\n',
    { mode: 0o600 },
  )
}
await clusterp('start', '--name', 'demo')
await wait(1000)
process.stderr.write('\nworkload: half of the CPUs busy for 5 s\n')
mark('compute')
await keepCpusBusy(5)
process.stderr.write('workload: disk and loopback network for 5 s\n')
mark('disk and network')
await writeAndSend(5)
await wait(1000)
await clusterp('stop', '--with-parse', '--with-plot')
await clusterp('summary')
process.stderr.write(`\nThe demo session is in ${directory}: CSVs in parsed/, pictures in plot/.\n`)
