import type { DeviceChoice } from '../data/devices.js'
import type { Device, DeviceSelection, Table } from '../model.js'

//   gpus: [ {0: A}, 1, GPU-5a4f0a2e-1111-4c1d-9d7e-0123456789ab: B ]

/** A GPU of a table: its device name there, and the index that it had first; null when none was told. */
interface SeenGpu {
  readonly name: string
  readonly index: number | null
}

function seenGpus(table: Table): readonly SeenGpu[] {
  const indexes = table.columns.get('index')
  const first = new Map<number, number>()
  for (let row = 0; row < table.rowCount && first.size < table.devices.length; row++) {
    const device = table.deviceIndex?.[row] ?? 0
    const index = indexes?.[row] ?? Number.NaN
    if (!first.has(device) && !Number.isNaN(index)) first.set(device, index)
  }
  return table.devices.map((name, device) => ({ name, index: first.get(device) ?? null }))
}

/** `0 (GPU-5a4f0a2e-1111-4c1d-9d7e-0123456789ab)` for each GPU of a table: what a person may have meant. */
export function describeGpus(table: Table): readonly string[] {
  return seenGpus(table).map(({ name, index }) => (index === null ? name : `${index} (${name})`))
}

/** The GPU that a configured index or UUID means: of two that had the same index, the one that had it first. */
function findGpu(wanted: string, gpus: readonly SeenGpu[]): SeenGpu | null {
  const isMeant = ({ name, index }: SeenGpu): boolean =>
    name.toLowerCase() === wanted.toLowerCase() || (index !== null && String(index) === wanted)
  return gpus.find(isMeant) ?? null
}

/** What a configured GPU is called: its alias; `gpu1` where the config has only the index 1. */
function aliasOf({ name, alias }: Device): string {
  return alias === name && /^\d+$/.test(name) ? `gpu${name}` : alias
}

/** `gpu0` by index, without any by place; a GPU whose index another one had first keeps its UUID. */
function autoAliases(gpus: readonly SeenGpu[]): ReadonlyMap<string, string> {
  const taken = new Set<string>()
  const aliases = gpus.map(({ name, index }, place): [string, string] => {
    const alias = `gpu${index ?? place}`
    const isFree = !taken.has(alias)
    taken.add(alias)
    return [name, isFree ? alias : name]
  })
  return new Map(aliases)
}

/** Picks a host's GPUs by the configuration: by index or UUID; all of them, as `gpu0`, `gpu1`, with `auto`. */
export function chooseGpus(selection: DeviceSelection, table: Table): DeviceChoice {
  if (selection.kind === 'none') return { kept: new Map(), missing: [] }
  const gpus = seenGpus(table)
  if (selection.kind === 'auto') return { kept: autoAliases(gpus), missing: [] }
  const kept = new Map<string, string>()
  const missing: string[] = []
  for (const device of selection.devices) {
    const gpu = findGpu(device.name, gpus)
    if (gpu === null) missing.push(device.name)
    else if (!kept.has(gpu.name)) kept.set(gpu.name, aliasOf(device))
  }
  return { kept, missing }
}
