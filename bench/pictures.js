/**
 * Draws sessions with a known story in every layout: for docs/images, and to look at after a change.
 * Run: npm run build && node bench/pictures.js FOLDER [NAME…]      (those of the documentation: --docs docs/images)
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { exampleContext, exampleTables, START_MS } from './example-session.js'

const nodes = (count, prefix = 'node') =>
  Array.from(
    { length: count },
    (_, index) => `${prefix}${String(index + 1).padStart(String(count).length, '0')}`,
  )

const at = (share, session) => START_MS + share * session.samples * session.intervalSec * 1000

const SESSIONS = {
  one: { hosts: 1, samples: 90, intervalSec: 1 },
  lines: { hosts: 6, samples: 900, intervalSec: 1 },
  'lines-dark': { hosts: 6, samples: 900, intervalSec: 1, theme: 'dark' },
  'lines-24h': { hosts: 2, samples: 8640, intervalSec: 10 },
  facets7: { hosts: 7, samples: 600, intervalSec: 1, hasGap: true },
  facets: { hosts: 16, samples: 1800, intervalSec: 1, hasGap: true, gpus: 1 },
  facets24: { hosts: 24, samples: 3600, intervalSec: 1 },
  heatmap25: { hosts: 25, samples: 200, intervalSec: 1, hasGap: true },
  heatmap: { hosts: 64, samples: 3600, intervalSec: 1, hasGap: true, gpus: 2 },
  'heatmap-dark': { hosts: 64, samples: 3600, intervalSec: 1, hasGap: true, theme: 'dark' },
  heatmap256: { hosts: 256, samples: 720, intervalSec: 10, sort: 'outlier' },
  'column-one': { hosts: 1, samples: 90, intervalSec: 1, size: 'column' },
  'column-lines': { hosts: 6, samples: 900, intervalSec: 1, size: 'column' },
  'column-facets': { hosts: 16, samples: 1800, intervalSec: 1, hasGap: true, gpus: 1, size: 'column' },
  'column-heatmap': { hosts: 64, samples: 3600, intervalSec: 1, hasGap: true, size: 'column' },
  'column-hours': {
    hosts: 24,
    samples: 8640,
    intervalSec: 10,
    prefix: 'rack-west-compute-gpu-',
    theme: 'dark',
    size: 'column',
  },
  // Long names, hours, and a size of panels that nobody would choose.
  'column-crowded': {
    hosts: 64,
    samples: 4000,
    intervalSec: 2,
    prefix: 'rack-west-compute-gpu-',
    layout: 'facets',
    size: 'column',
  },
}

function contextOf(session, hosts) {
  const { theme = 'light', sort = 'config', layout = 'auto', size = 'page', samples, intervalSec } = session
  const events =
    hosts.length > 3
      ? [
          { host: hosts[2], kind: 'restart', atMs: at(0.38, session), text: 'restart (16 CPU)' },
          {
            host: hosts[1],
            kind: 'gpu',
            atMs: at(0.8, session),
            text: 'gpu 0: no longer answers: GPU is lost',
          },
        ]
      : []
  const captions =
    hosts.length > 3
      ? [`Partial data: ${hosts[2]} (rebooted) · no data: ${hosts[0]}-spare (unreachable)`]
      : []
  return exampleContext(hosts, {
    samples,
    intervalSec,
    theme,
    sort,
    layout,
    size,
    events,
    captions,
    notes: session.hasGap ? ['1 of them partial'] : [],
  })
}

async function drawSession(name, folder, load) {
  const session = SESSIONS[name]
  const hosts = nodes(session.hosts, session.prefix)
  const context = contextOf(session, hosts)
  const reduction = load.createReduction(context)
  for (const [index, host] of hosts.entries()) {
    for (const table of exampleTables(host, index, { ...session, hostCount: hosts.length }))
      reduction.add(table)
  }
  const renderer = await load.createRenderer({
    workingDir: folder,
    formats: ['svg', 'png'],
    theme: context.theme,
  })
  const verdict = `In train (55 % of the run) the CPU was the bottleneck on ${hosts.length} of ${hosts.length} nodes: 82 % busy, run queue above the number of CPUs for 71 % of the phase.`
  for (const chart of reduction.finish(verdict).charts) {
    for (const [format, bytes] of await renderer.render(chart)) {
      writeFileSync(join(folder, `${name}-${chart.resource ?? 'all'}-${chart.name}.${format}`), bytes)
    }
  }
  for (const warning of renderer.warnings) stdout.write(`${warning}\n`)
}

/** Pictures of the documentation: their name, the session, and the plot of it. */
const DOCUMENTED = [
  ['lines', 'lines', 'cpu/utilization'],
  ['facets', 'facets', 'network/10GbE_in'],
  ['heatmap', 'heatmap', 'cpu/utilization'],
  ['band', 'heatmap', 'cpu/utilization_band'],
  ['heatmap-dark', 'heatmap-dark', 'network/10GbE_in'],
  ['overview', 'facets', 'all/overview'],
]
const DOCUMENTED_COLORS = 128

/** Draws the pictures of the documentation, with a palette of few colours so that they stay small. */
async function drawDocumented(folder, load) {
  const { default: sharp } = await import('sharp')
  const scratch = mkdtempSync(join(tmpdir(), 'clusterp-pictures-'))
  for (const name of new Set(DOCUMENTED.map(([, session]) => session))) await drawSession(name, scratch, load)
  for (const [name, session, plot] of DOCUMENTED) {
    const picture = sharp(join(scratch, `${session}-${plot.replace('/', '-')}.png`))
    await picture
      .png({ palette: true, colours: DOCUMENTED_COLORS, effort: 10 })
      .toFile(join(folder, `${name}.png`))
  }
  rmSync(scratch, { recursive: true })
}

async function main(words) {
  const load = {
    ...(await import('../dist/charts/charts.js')),
    ...(await import('../dist/render/render.js')),
  }
  const isDocumentation = words[0] === '--docs'
  const [folder, ...names] = isDocumentation ? words.slice(1) : words
  mkdirSync(folder, { recursive: true })
  if (isDocumentation) return drawDocumented(folder, load)
  for (const name of names.length > 0 ? names : Object.keys(SESSIONS)) await drawSession(name, folder, load)
}

if (argv[1] === fileURLToPath(import.meta.url)) await main(argv.slice(2))
