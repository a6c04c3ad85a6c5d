/** What to do next about a verdict, and which picture shows it. */
import type { Finding, Verdict } from '../../analysis/finding.js'
import { CORE } from '../../analysis/judging/cpu.js'
import { CATALOGUE, plotName } from '../../charts/catalogue.js'
import type { Resource } from '../../model.js'
import { plotFileOf } from './drawn-plots.js'
import { hostsText, type SummaryFrame } from './frame.js'

/** What to do, and the columns whose plots show it. */
interface Advice {
  readonly text: string
  readonly plots: readonly (readonly [Resource, string])[]
}

/** One line: what to try, and what to look at. */
export function hintOf(frame: SummaryFrame, verdict: Verdict): string {
  const { text, plots } = adviceOf(frame, verdict)
  const files = plots.flatMap(([resource, column]) => filesOf(frame, verdict, resource, column))
  const unique = [...new Set(files)].slice(0, MOST_FILES)
  const look = unique.length > 0 ? `look at ${unique.join(', ')}` : 'draw it: clusterp plot'
  return `${text}; ${look}`
}

const MOST_FILES = 2

function filesOf(
  frame: SummaryFrame,
  { cause }: Verdict,
  resource: Resource,
  column: string,
): readonly string[] {
  const device = cause?.resource === resource && cause.device !== CORE ? (cause.device ?? null) : null
  const kinds = CATALOGUE.filter((kind) => kind.resource === resource && kind.column === column)
  const exact = kinds.flatMap(
    (kind) => plotFileOf(frame.plots, `${resource}/${plotName(kind, device)}`) ?? [],
  )
  if (exact.length > 0 || device !== null) return exact
  // Without a device in mind any of the pictures shows it.
  const endings = kinds.map((kind) => plotName(kind, ''))
  const any = [...frame.plots].sort().find((file) => {
    const [folder, name = ''] = file.split('/')
    return folder === resource && endings.some((ending) => name.replace(/\.\w+$/, '').endsWith(ending))
  })
  return any === undefined ? [] : [`plot/${any}`]
}

function adviceOf(frame: SummaryFrame, { kind, cause }: Verdict): Advice {
  if (cause === null) {
    return kind === 'none'
      ? {
          text: 'what it waited for is not in these figures (locks, latency, another service): profile the job itself, and mark its phases',
          plots: [['cpu', 'utilization_pct']],
        }
      : { text: 'record for longer, or with a shorter interval', plots: [] }
  }
  const host = hostsText(frame, cause.hosts.slice(0, 1))
  if (kind === 'bottleneck') return bottleneckAdvice(cause, host)
  if (kind === 'starvation') return starvationAdvice(frame, cause)
  return OTHER_ADVICE[kind]?.(cause, host) ?? { text: 'compare the nodes', plots: mainPlot(cause) }
}

function mainPlot({ resource, device }: Finding): Advice['plots'] {
  if (resource === null) return []
  if (resource === 'network' || resource === 'infiniband') {
    return [
      [resource, 'out_bytes_per_s'],
      [resource, 'in_bytes_per_s'],
    ]
  }
  return [[resource, device === CORE ? 'busiest_core_pct' : 'utilization_pct']]
}

/** The links' directions in the order in which the finding names them. */
function linkPlots(cause: Finding): Advice['plots'] {
  const plots = mainPlot(cause)
  return cause.text.includes(' in at ') ? [...plots].reverse() : plots
}

function bottleneckAdvice(cause: Finding, host: string): Advice {
  if (cause.device === CORE) {
    return {
      text: `one thread does alone what the others wait for: find it (top -H on ${host}) and spread its work`,
      plots: mainPlot(cause),
    }
  }
  switch (cause.resource) {
    case 'cpu':
      return {
        text: `more or faster CPUs, or less work: find where it goes (perf top on ${host})`,
        plots: mainPlot(cause),
      }
    case 'memory':
      return {
        text: 'use less memory a node (fewer workers, smaller batches), or more nodes',
        plots: [...mainPlot(cause), ['swap', 'utilization_pct']],
      }
    case 'disk':
      return {
        text: 'fewer or larger requests, more or faster disks, or keep the data in memory',
        plots: mainPlot(cause),
      }
    case 'network':
    case 'infiniband':
      return {
        text: 'send less (compress, combine, work where the data are), or use a faster link',
        plots: linkPlots(cause),
      }
    case 'gpu':
      return {
        text: 'the GPUs are used all the time; whether well, a profiler of kernels says (nsys)',
        plots: [...mainPlot(cause), ['gpu', 'power_watts']],
      }
    default:
      return { text: 'look at it over time', plots: mainPlot(cause) }
  }
}

/** The pictures of the GPUs, and of what they waited for. */
function starvationAdvice({ analysis }: SummaryFrame, cause: Finding): Advice {
  const supplier = analysis.findings.find(
    ({ kind, phase, resource, hosts }) =>
      kind === 'bottleneck' &&
      phase === cause.phase &&
      resource !== 'gpu' &&
      hosts.some((host) => cause.hosts.includes(host)),
  )
  const plots = supplier === undefined ? [] : mainPlot(supplier)
  return {
    text: 'feed the GPUs: prefetch, more loader workers, or faster storage',
    plots: [...mainPlot(cause), ...plots],
  }
}

const OTHER_ADVICE: Readonly<Partial<Record<Verdict['kind'], (cause: Finding, host: string) => Advice>>> = {
  throttling: () => ({
    text: 'cooling, power supply or power limit of these nodes',
    plots: [
      ['gpu', 'temperature_celsius'],
      ['gpu', 'power_watts'],
    ],
  }),
  steal: (cause) => ({ text: 'fewer neighbours: dedicated or larger machines', plots: mainPlot(cause) }),
  straggler: (cause, host) => ({
    text: `what is different about ${host}: its share of the work, its hardware, or what else runs there`,
    plots: mainPlot(cause),
  }),
  imbalance: (cause) => ({ text: 'spread the work by what it costs, not by count', plots: mainPlot(cause) }),
  idle: (cause, host) =>
    cause.resource === 'gpu' && cause.device === null
      ? {
          text: 'what the GPUs wait for is not in these figures: the input pipeline, other nodes, or launch overhead (nsys)',
          plots: [['gpu', 'utilization_pct']],
        }
      : { text: `give ${host} work, or leave it out`, plots: mainPlot(cause) },
}
