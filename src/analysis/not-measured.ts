/** What cannot be judged because it was not measured, or because what it is a share of is not known. */
import { RESOURCES, type Resource } from '../model.js'
import type { AnalysisContext, AnalysisHost, Finding } from './finding.js'
import { isoTime, type PhaseView } from './phase-view.js'
import { counted } from './wording.js'

/** Resources of which data are expected of every node, and those that only some nodes have. */
const EVERYWHERE: readonly Resource[] = ['cpu', 'memory', 'swap', 'disk', 'network', 'load', 'paging']
const NOT_JUDGED: readonly Resource[] = ['gpu-processes']

interface Lack {
  readonly resource: Resource
  readonly device?: string
  readonly hosts: readonly AnalysisHost[]
  readonly text: string
}

/** `whole`: the whole run as one phase. */
export function notMeasured(context: AnalysisContext, whole: PhaseView): readonly Finding[] {
  const lacks = [
    ...missingResources(whole),
    ...unknownLimits(whole),
    ...unseenGpus(whole),
    ...unseenPorts(whole),
  ]
  return lacks
    .filter(({ hosts }) => hosts.length > 0)
    .map(({ resource, device, hosts, text }) => ({
      kind: 'not_measured',
      resource,
      device: device ?? null,
      hosts: hosts.map(({ name }) => name),
      phase: null,
      from: isoTime(context.fromMs),
      to: isoTime(context.toMs),
      share: null,
      value: hosts.length,
      limit: context.hosts.length,
      unit: 'nodes',
      text,
    }))
}

function missingResources(whole: PhaseView): readonly Lack[] {
  return RESOURCES.filter((resource) => !NOT_JUDGED.includes(resource)).map((resource) => {
    const measured = whole.hostsWith(resource)
    const without = whole.hosts.filter((host) => !measured.includes(host))
    const isExpected = measured.length === 0 || EVERYWHERE.includes(resource)
    return { resource, hosts: isExpected ? without : [], text: `no ${resource} data` }
  })
}

function unknownLimits(whole: PhaseView): readonly Lack[] {
  const cpus = whole.hostsWith('cpu').filter(({ meta }) => (meta?.cpus ?? null) === null)
  const links = whole.allAliases('network.in').flatMap((alias) => {
    const users = whole.hosts.filter(({ name }) => whole.values('network.in', name, alias) !== null)
    const unjudged = users.filter(({ name }) => whole.values('network.utilization', name, alias) === null)
    const isWrong = ({ name }: AnalysisHost): boolean =>
      whole.measured.isImplausible('network.utilization', name, alias)
    const wrong = unjudged.filter(isWrong)
    const unknown = unjudged.filter((host) => !isWrong(host))
    const lack = (hosts: readonly AnalysisHost[], text: string): Lack => ({
      resource: 'network',
      device: alias,
      hosts,
      text,
    })
    return [
      lack(unknown, `the link speed of ${alias} is not known: whether it was full cannot be told`),
      lack(
        wrong,
        `${alias} carried more than the link speed that its node reports: whether it was full cannot be told`,
      ),
    ]
  })
  return [{ resource: 'cpu', hosts: cpus, text: 'the number of CPUs is not known' }, ...links]
}

const NO_GPU_DATA = 'no GPU data'

/** GPUs that are there, or were asked for, and gave no data. */
function unseenGpus(whole: PhaseView): readonly Lack[] {
  const noteOf = ({ notes }: AnalysisHost): string | undefined =>
    notes.find((note) => note.includes(NO_GPU_DATA))
  const measured = whole.hostsWith('gpu')
  const unseen = whole.hosts.filter(
    (host) => !measured.includes(host) && (noteOf(host) !== undefined || (host.meta?.gpu_count ?? 0) > 0),
  )
  const texts = [...new Set(unseen.map((host) => noteOf(host) ?? NO_GPU_DATA))]
  return texts.map((text) => ({
    resource: 'gpu',
    hosts: unseen.filter((host) => (noteOf(host) ?? NO_GPU_DATA) === text),
    text,
  }))
}

const ACTIVE = 'ACTIVE'

/** Active RDMA ports without data: the job's traffic may have gone there, past the kernel's counters. */
function unseenPorts(whole: PhaseView): readonly Lack[] {
  const hosts = whole.hosts.filter((host) => unseenPortsOf(whole, host).length > 0)
  const ports = new Set(hosts.flatMap((host) => unseenPortsOf(whole, host)))
  const text = `${counted(ports.size, 'active RDMA port')} (${[...ports].join(', ')}) without data: what went over RDMA is not known`
  return [{ resource: 'infiniband', hosts, text }]
}

/** Active ports of a host of which nothing was measured, such as `mlx5_0/1`. */
export function unseenPortsOf(whole: PhaseView, host: AnalysisHost): readonly string[] {
  const seen = new Set(
    whole
      .aliases('infiniband.in', host.name)
      .map((alias) => whole.deviceOf('infiniband.in', host.name, alias)),
  )
  return Object.entries(host.meta?.infiniband ?? {})
    .filter(
      ([port, { state }]) =>
        state.endsWith(ACTIVE) && !seen.has(port) && !seen.has(port.split('/')[0] ?? port),
    )
    .map(([port]) => port)
}

/** True when a host has an active RDMA port of which nothing is known. */
export function isFabricUnseen(whole: PhaseView): boolean {
  return whole.hosts.some((host) => unseenPortsOf(whole, host).length > 0)
}
