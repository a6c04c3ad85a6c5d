import { chooseGpus, describeGpus } from '../../collectors/gpu-devices.js'
import { choosePorts, portNumbersOf } from '../../collectors/infiniband-devices.js'
import { chooseDevices, type DeviceChoice } from '../../data/devices.js'
import type { Config, DeviceSelection, NodeMeta, Table } from '../../model.js'

/** The key of the configuration that picks a resource's devices. */
const AUTO_KEYS: Readonly<Record<string, 'filesystems' | 'interfaces' | undefined>> = {
  disk: 'filesystems',
  network: 'interfaces',
}

/**
 * Picks the devices that the config names, host by host, and remembers what was found where: a configured device that no
 * host has is told once, with what was seen. Without a config everything that `auto` takes is kept.
 */
export class DeviceFilter {
  readonly #config: Config | null
  /** Configured names found nowhere so far, by resource. */
  readonly #missing = new Map<string, Set<string>>()
  readonly #seen = new Map<string, Set<string>>()
  /** Resources of which something was kept on some host. */
  readonly #kept = new Set<string>()

  constructor(config: Config | null) {
    this.#config = config
  }

  /** Alias by device of what is kept of a table; null for a resource without devices. */
  choose(table: Table, meta: NodeMeta | null): ReadonlyMap<string, string> | null {
    const selection = this.#selectionOf(table)
    if (selection === null) return null
    const { kept, missing } = choiceOf(table, selection, meta)
    const before = this.#missing.get(table.resource)
    const still = before === undefined ? missing : missing.filter((name) => before.has(name))
    this.#missing.set(table.resource, new Set(still))
    const seen = this.#seen.get(table.resource) ?? new Set()
    const names = table.resource === 'gpu' ? describeGpus(table) : table.devices
    this.#seen.set(table.resource, new Set([...seen, ...names]))
    if (kept.size > 0) this.#kept.add(table.resource)
    return kept
  }

  /** A sentence for each kind of device on `auto` of which none was taken, with what there was. */
  autoTookNone(): readonly string[] {
    return [...this.#seen].flatMap(([resource, names]) => {
      const key = AUTO_KEYS[resource]
      const isAuto = this.#config === null || (key !== undefined && this.#config[key].kind === 'auto')
      if (key === undefined || !isAuto || this.#kept.has(resource) || names.size === 0) return []
      const all = [...names].join(', ')
      return [`${resource}: auto took none of ${all}; list the ones you want in config.yml`]
    })
  }

  /** A sentence for each configured device that no host has. */
  seenNowhere(): readonly string[] {
    return [...this.#missing].flatMap(([resource, names]) =>
      [...names].map((name) => {
        const seen = [...(this.#seen.get(resource) ?? [])].join(', ')
        return `${resource}: the configured device "${name}" is in no raw file (seen: ${seen || 'none'})`
      }),
    )
  }

  #selectionOf(table: Table): DeviceSelection | null {
    const auto: DeviceSelection = { kind: 'auto' }
    if (table.resource === 'disk') return this.#config?.filesystems ?? auto
    if (table.resource === 'network') return this.#config?.interfaces ?? auto
    if (table.resource === 'gpu') return this.#config?.gpus ?? auto
    if (table.resource === 'infiniband') return this.#config?.infiniband ?? auto
    return null
  }
}

/** GPUs are named by index or UUID, InfiniBand devices stand for all their ports; the others have plain names. */
function choiceOf(table: Table, selection: DeviceSelection, meta: NodeMeta | null): DeviceChoice {
  if (table.resource === 'gpu') return chooseGpus(selection, table)
  if (table.resource === 'infiniband') return choosePorts(selection, table.devices, portNumbersOf(table))
  return chooseDevices(table.resource, selection, table.devices, meta)
}
