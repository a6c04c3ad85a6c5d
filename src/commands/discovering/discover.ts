/** `clusterp init --discover`: the configuration with the devices that the nodes have. */
import { readFlagSources, resolveConfig } from '../../config/config.js'
import { type DeviceList, withDeviceLists } from '../../config/device-lists.js'
import { withLoginScalars } from '../../config/login-scalars.js'
import { ConfigError } from '../../errors.js'
import type { Config, DeviceSelection, HostConfig, Outcome } from '../../model.js'
import { withReach } from '../connecting.js'
import { type Block, type CommandContext, errorResult } from '../context.js'
import { foldHosts } from '../folded-hosts.js'
import { plural } from '../phrases.js'
import { type AskedHost, askHosts } from '../starting/probe-hosts.js'
import { throwIfInterrupted } from '../waiting.js'
import { devicesOf, type HostDevice, type HostDevices } from './found.js'
import { deviceLists } from './listing.js'

/** What to begin from: a text, and the configuration with which its nodes are reached. */
export interface Discovery {
  readonly text: string
  readonly config: Config
}

export interface Discovered {
  readonly hosts: readonly HostConfig[]
  readonly outcomes: readonly Outcome<HostDevices>[]
  /** The text with the lists in it; null when nobody answered. */
  readonly text: string | null
  readonly lists: readonly DeviceList[]
}

/** What a text with these hosts means; their `slurm`, `pbs` and `file:` are looked up. */
export async function configOfHosts(
  context: CommandContext,
  text: string,
  hosts: readonly string[],
): Promise<{ readonly config: Config; readonly warnings: readonly string[] }> {
  const { configPath, env, flags } = context
  const sources = await readFlagSources(hosts.join(','), { env, configPath })
  return resolveConfig({ path: configPath, text, env, flags, sources })
}

/** Asks the nodes what they have, and fills it in. Nothing is written, neither here nor there. */
export async function discover(context: CommandContext, { text, config }: Discovery): Promise<Discovered> {
  const auto: DeviceSelection = { kind: 'auto' }
  const asking = { ...config, filesystems: auto, interfaces: auto, gpus: auto, infiniband: auto }
  const asked = await withReach(context, config, async (reach) => {
    context.report({ kind: 'progress', step: 'init', total: config.hosts.length })
    const told = (outcome: Outcome<AskedHost>): void =>
      context.report({ kind: 'progress-one', step: 'init', isFailure: !outcome.ok })
    const outcomes = await askHosts(asking, reach, context, told, { asksMounts: true })
    await Promise.all(outcomes.map((outcome) => (outcome.ok ? outcome.value.transport.close() : undefined)))
    return outcomes
  })
  throwIfInterrupted(context.signal, 'init')
  tellFailures(context, asked)
  const outcomes = asked.map(withDevices)
  const found = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
  if (found.length === 0) return { hosts: config.hosts, outcomes, text: null, lists: [] }
  const lists = deviceLists(found)
  const filled = withDeviceLists(withLogin(context, text), lists, headingOf(context, config.hosts, outcomes))
  refuseBroken(context, filled, lists)
  return { hosts: config.hosts, outcomes, text: filled, lists }
}

/** The nodes were found with the environment's gateway and user: later commands need them too. */
function withLogin({ configPath, env, report }: CommandContext, text: string): string {
  const written = withLoginScalars(text, env)
  for (const name of written.unlike) {
    report({
      kind: 'warning',
      text: `${configPath} keeps its own value; ${name}, with which the nodes were asked, is another`,
    })
  }
  return written.text
}

function withDevices(outcome: Outcome<AskedHost>): Outcome<HostDevices> {
  if (!outcome.ok) return outcome
  return { ...outcome, value: devicesOf({ name: outcome.host, facts: outcome.value.facts }) }
}

/** The same remedy is told once, also where each host's own name is in it. */
function tellFailures(context: CommandContext, outcomes: readonly Outcome<unknown>[]): void {
  const hints = new Set<string | null>([null])
  for (const outcome of outcomes) {
    if (outcome.ok) continue
    const { message, hint } = errorResult(outcome.error)
    const event = { kind: 'host', host: outcome.host, text: message, isFailure: true } as const
    const remedy = hint === null ? null : hint.replaceAll(outcome.host, '\0')
    context.report({ ...event, hint: hints.has(remedy) ? null : hint })
    hints.add(remedy)
  }
}

function headingOf(
  context: CommandContext,
  hosts: readonly HostConfig[],
  outcomes: readonly Outcome<unknown>[],
): string {
  const silent = outcomes.filter((outcome) => !outcome.ok).map((outcome) => outcome.host)
  const day = new Date(context.now()).toISOString().slice(0, 10)
  const found = `found on ${day} on ${outcomes.length - silent.length} of ${plural(hosts.length, 'host')}`
  return silent.length === 0 ? found : `${found}; no answer from ${foldHosts(silent)}`
}

const SELECTIONS = {
  filesystem_names: 'filesystems',
  net_interfaces: 'interfaces',
  gpus: 'gpus',
  infiniband: 'infiniband',
} as const

/** What is to be written is read back: a file that means something else than was found is not written. */
function refuseBroken(context: CommandContext, text: string, lists: readonly DeviceList[]): void {
  const { configPath: path } = context
  const { config } = resolveConfig({ path, text, env: {}, flags: {}, areSourcesOptional: true })
  for (const { key, entries } of lists) {
    const selection = config[SELECTIONS[key]]
    const names = selection.kind === 'listed' ? selection.devices.map(({ name }) => name) : null
    if (JSON.stringify(names) === JSON.stringify(entries?.map(({ name }) => name) ?? null)) continue
    throw new ConfigError(`init: what was found cannot be filled in at ${key} of ${path}`, {
      hint: `to begin a new file: mv ${path} ${path}.old   then: clusterp init --discover HOST…`,
    })
  }
}

/** What each host has, hosts with the same in one row. */
export function foundTable(outcomes: readonly Outcome<HostDevices>[]): Block {
  const rows = new Map<string, { readonly hosts: string[]; readonly cells: readonly string[] }>()
  for (const outcome of outcomes) {
    const cells = outcome.ok ? deviceCells(outcome.value) : ['no answer', '', '', '']
    const row = rows.get(JSON.stringify(cells)) ?? { hosts: [], cells }
    row.hosts.push(outcome.host)
    rows.set(JSON.stringify(cells), row)
  }
  return {
    kind: 'table',
    head: ['host', 'disks', 'interfaces', 'gpus', 'infiniband'],
    rows: [...rows.values()].map(({ hosts, cells }) => [foldHosts(hosts), ...cells]),
  }
}

function deviceCells({ disks, interfaces, gpus, infiniband }: HostDevices): readonly string[] {
  const cell = (devices: readonly HostDevice[]): string =>
    devices.map(({ name, note }) => (note === '' ? name : `${name} (${note})`)).join(', ')
  return [cell(disks), cell(interfaces), gpus.length === 0 ? '' : String(gpus.length), cell(infiniband)]
}
