import type { NodeFacts } from '../../collectors/collector.js'
import { portNote } from '../../collectors/infiniband.js'
import type { Config, SessionHost } from '../../model.js'
import { gpuNoteOf, NO_NVIDIA_SMI } from '../checking/node-checks.js'

/**
 * What is missing of a node's data from the start. It is a note where the devices are on `auto`, and makes the data partial
 * where they were asked for by name.
 */
export function remarksOn(facts: NodeFacts, config: Config): Pick<SessionHost, 'notes' | 'problems'> {
  const missing = [
    { text: gpuNoteOf(facts) ?? withoutGpus(facts, config), isAsked: config.gpus.kind === 'listed' },
    { text: portNote(facts, config.infiniband), isAsked: config.infiniband.kind === 'listed' },
  ].flatMap(({ text, isAsked }) => (text === null ? [] : [{ text, isAsked }]))
  return {
    notes: missing.filter(({ isAsked }) => !isAsked).map(({ text }) => text),
    problems: missing.filter(({ isAsked }) => isAsked).map(({ text }) => text),
  }
}

function withoutGpus(facts: NodeFacts, config: Config): string | null {
  if (facts.hasNvidiaSmi || config.gpus.kind !== 'listed') return null
  return NO_NVIDIA_SMI
}
