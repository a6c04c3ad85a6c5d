/** The two ways to record a node, sysstat and the /proc sampler, and which of them is taken. */
import type { Config } from '../model.js'
import type { Collector, Extra, NodeFacts } from './collector.js'
import { infiniband } from './infiniband.js'
import { nvidia } from './nvidia.js'
import { proc } from './proc.js'
import { FIRST_VERSION_WITH_AVAILABLE, isVersionAtLeast, sar } from './sar.js'

const COLLECTORS: Readonly<Record<Collector['name'], Collector>> = { sar, proc }

/** What is recorded beside the collector, where a node has it. A further one is a file and a line here. */
export const EXTRAS: readonly Extra[] = [nvidia, infiniband]

/** The extras that this node has and the configuration wants. */
export function chooseExtras(config: Pick<Config, Extra['setting']>, facts: NodeFacts): readonly Extra[] {
  return EXTRAS.filter((extra) => config[extra.setting].kind !== 'none' && extra.isThere(facts))
}

/** The extras of these names, as a session has recorded them. */
export function extrasNamed(names: readonly string[]): readonly Extra[] {
  return EXTRAS.filter((extra) => names.includes(extra.name))
}

/** The collector of that name, as a session has recorded it. */
export function collectorNamed(name: Collector['name']): Collector {
  return COLLECTORS[name]
}

export type CollectorChoice =
  | { readonly collector: Collector; readonly note: string | null }
  | { readonly collector: null; readonly reason: string }

/**
 * Chooses by the config's `collector`. With `auto`, sysstat is used where it measures available memory itself; `note`
 * says why it was not.
 */
export function chooseCollector(wanted: Config['collector'], facts: NodeFacts): CollectorChoice {
  const noSar = sar.unusable(facts)
  const noProc = proc.unusable(facts)
  if (wanted === 'sar') {
    return noSar === null ? { collector: sar, note: null } : { collector: null, reason: noSar }
  }
  if (wanted === 'proc') {
    return noProc === null ? { collector: proc, note: null } : { collector: null, reason: noProc }
  }
  const isNew = isVersionAtLeast(facts.sysstatVersion ?? '0', FIRST_VERSION_WITH_AVAILABLE)
  if (noSar === null && (isNew || noProc !== null)) return { collector: sar, note: null }
  if (noProc !== null)
    return { collector: null, reason: `${noSar ?? 'sysstat cannot be used'}, and ${noProc}` }
  const why = noSar ?? `sysstat ${facts.sysstatVersion} does not measure available memory`
  return { collector: proc, note: `${why}: recorded by the /proc sampler` }
}
