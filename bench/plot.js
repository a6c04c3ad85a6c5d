/**
 * 30 plots (read, write and utilization of 10 disks) of 6 hosts and 3600 samples each, each tool in one process: `clusterp
 * plot` (SVG and PNG), gnuplot and matplotlib with pandas (PNG). Of more than 24 hosts clusterp draws two pictures a plot, a
 * heat map and a band; the others draw lines. Run: npm run build && node bench/plot.js [HOSTS [SAMPLES [DISKS [ROUNDS]]]]
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hasProgram, median, secondsOfCommand, tableOf } from './measure.js'

const [HOSTS = 6, SAMPLES = 3600, DISKS = 10, PLOT_ROUNDS = 3] = process.argv.slice(2).map(Number)
/** Of more hosts clusterp alone is timed: the others take minutes and gigabytes. */
const MOST_HOSTS_OF_OTHERS = 64
const MOST_PANELS = 24
const FIRST_SECOND = Date.UTC(2026, 10, 20, 6)
const COLUMNS = ['read_bytes_per_s', 'write_bytes_per_s', 'utilization_pct']
const HEADER =
  'timestamp,elapsed_s,interval_s,device,alias,transfers_per_s,read_bytes_per_s,write_bytes_per_s,discard_bytes_per_s,queue_length,await_ms,utilization_pct'
const program = fileURLToPath(new URL('../bin/clusterp.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'clusterp-bench-'))
const disks = Array.from({ length: DISKS }, (_, disk) => `sd${String.fromCharCode(97 + disk)}`)
const hosts = Array.from({ length: HOSTS }, (_, host) => `node${host + 1}`)

/** A load that swings, with noise, the same in each run. */
function csvOf(host) {
  const lines = [HEADER]
  let state = host + 1
  for (let sample = 0; sample < SAMPLES; sample++) {
    const time = new Date(FIRST_SECOND + sample * 1000).toISOString().slice(0, 19)
    disks.forEach((disk, index) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      const level = 50 + 40 * Math.sin(sample / (100 + 20 * index) + host) + (state % 1000) / 100
      const bytes = Math.round(level * 1e6)
      lines.push(`${time}Z,${sample},1,${disk},${disk},100,${bytes},${2 * bytes},0,1,2,${level.toFixed(2)}`)
    })
  }
  return `${lines.join('\n')}\n`
}

function gnuplotScript() {
  const plots = disks.flatMap((disk) =>
    COLUMNS.map((column) => {
      const position = HEADER.split(',').indexOf(column) + 1
      const line = (host) =>
        `'parsed/disk/${host}.csv' using 2:(strcol(4) eq '${disk}' ? $${position} : 1/0) with lines title '${host}'`
      return `set output 'gnuplot/${disk}_${column}.png'\nset title '${disk} ${column}'\nplot ${hosts.map(line).join(', ')}`
    }),
  )
  return `set datafile separator ','\nset key autotitle columnhead\nset terminal png size 1280,480\n${plots.join('\n')}\n`
}

const MATPLOTLIB = `import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt, pandas as pd
hosts = ${JSON.stringify(hosts)}
tables = {host: pd.read_csv(f"parsed/disk/{host}.csv") for host in hosts}
for disk in ${JSON.stringify(disks)}:
    rows = {host: table[table.device == disk] for host, table in tables.items()}
    for column in ${JSON.stringify(COLUMNS)}:
        figure, axes = plt.subplots(figsize=(12.8, 4.8), dpi=100)
        for host in hosts:
            axes.plot(rows[host].elapsed_s, rows[host][column], label=host)
        axes.set_title(f"{disk} {column}"); axes.legend()
        figure.savefig(f"matplotlib/{disk}_{column}.png"); plt.close(figure)
`

/** The Python that has both packages; null when none has. */
function pythonWithPackages() {
  const candidates = ['python3', '/usr/bin/python3']
  return candidates.find((name) => hasProgram(name) && canImport(name)) ?? null
}

function canImport(python) {
  try {
    secondsOfCommand(`${python} -c 'import pandas, matplotlib' 2>/dev/null`)
    return true
  } catch {
    return false
  }
}

function ways() {
  const python = pythonWithPackages()
  const node = `'${process.execPath}' '${program}' plot --only disk`
  const own = { name: 'clusterp plot', command: `${node} >out.log 2>&1`, output: 'plot/disk' }
  if (HOSTS > MOST_HOSTS_OF_OTHERS) return [own]
  return [
    own,
    hasProgram('gnuplot')
      ? { name: 'gnuplot', command: 'gnuplot plots.gp 2>/dev/null', output: 'gnuplot' }
      : 'gnuplot is not here: apt-get install gnuplot-nox',
    python
      ? { name: 'matplotlib', command: `${python} plots.py`, output: 'matplotlib' }
      : 'matplotlib is not here: apt-get install python3-matplotlib python3-pandas',
  ]
}

/** Times a command and looks at the most memory that it and its children held (GNU time; null where that is not there). */
function timeWithMemory(command) {
  if (!hasProgram('/usr/bin/time')) return { ...secondsOfCommand(command, { cwd: folder }), megabytes: null }
  writeFileSync(join(folder, 'way.sh'), `${command}\n`)
  const time = secondsOfCommand('/usr/bin/time -f %M -o memory.txt sh way.sh', { cwd: folder })
  return { ...time, megabytes: Number(readFileSync(join(folder, 'memory.txt'), 'utf8')) / 1000 }
}

function main() {
  for (const name of ['parsed/disk', 'gnuplot', 'matplotlib'])
    mkdirSync(join(folder, name), { recursive: true })
  hosts.forEach((host, index) => {
    writeFileSync(join(folder, 'parsed/disk', `${host}.csv`), csvOf(index))
  })
  writeFileSync(join(folder, 'config.yml'), `hosts: [${hosts}]\nfilesystem_names: [${disks}]\n`, {
    mode: 0o600,
  })
  writeFileSync(join(folder, 'plots.gp'), gnuplotScript())
  writeFileSync(join(folder, 'plots.py'), MATPLOTLIB)
  const times = new Map()
  for (let round = 0; round < PLOT_ROUNDS; round++) {
    for (const way of ways()) {
      if (typeof way === 'string') continue
      const time = timeWithMemory(way.command)
      times.set(way.name, [...(times.get(way.name) ?? []), time])
      const drawn = readdirSync(join(folder, way.output)).filter((name) => name.endsWith('.png')).length
      const pictures = way.name === 'clusterp plot' && HOSTS > MOST_PANELS ? 2 : 1
      if (drawn !== pictures * DISKS * COLUMNS.length) throw new Error(`${way.name} drew ${drawn} charts`)
    }
  }
  const seconds = (all, pick) => median(all.map(pick)).toFixed(1)
  const rows = [...times].map(([name, all]) => [
    name,
    seconds(all, (time) => time.user + time.system),
    seconds(all, (time) => time.wall),
    all.some((time) => time.megabytes === null) ? '-' : median(all.map((time) => time.megabytes)).toFixed(0),
  ])
  process.stdout.write(
    `${DISKS * COLUMNS.length} plots of ${HOSTS} hosts, ${SAMPLES} samples each; medians of ${PLOT_ROUNDS} rounds\n\n`,
  )
  process.stdout.write(`${tableOf(['', 'CPU s', 'wall s', 'most memory MB'], rows)}\n`)
  for (const way of ways()) if (typeof way === 'string') process.stdout.write(`\n${way}\n`)
}

try {
  main()
} finally {
  rmSync(folder, { recursive: true })
}
