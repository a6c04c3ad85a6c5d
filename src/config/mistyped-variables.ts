import { nearest } from './nearest.js'
import { type Environment, SCALAR_KEYS, variableOf } from './settings.js'

const PREFIX = 'CLUSTERP_'
/** What clusterp itself sets, for a job and for its loggers. */
const OWN = ['CLUSTERP_SESSION', 'CLUSTERP_MARKS', 'CLUSTERP_LOGGER']

/** A variable that sets nothing, and the one that was probably meant. */
export interface MistypedVariable {
  readonly name: string
  readonly meant: string
}

/**
 * Variables that are set and are near the name of a setting: `CLUSTERP_INTERVALL`, `CLUSTERP_GATEWAY`. Others that begin
 * like ours may be another program's.
 */
export function mistypedVariables(env: Environment): readonly MistypedVariable[] {
  const known = SCALAR_KEYS.map((key) => variableOf(key).slice(PREFIX.length))
  return Object.keys(env).flatMap((name): MistypedVariable[] => {
    const word = name.slice(PREFIX.length)
    const isOther = !name.startsWith(PREFIX) || OWN.includes(name) || known.includes(word)
    if (isOther || !env[name]) return []
    const meant = nearest(word, known) ?? withoutFirstWord(word, known)
    return meant === null ? [] : [{ name, meant: `${PREFIX}${meant}` }]
  })
}

/** `GATEWAY` is short for `SSH_GATEWAY`. */
function withoutFirstWord(word: string, known: readonly string[]): string | null {
  const longer = known.filter((name) => name.endsWith(`_${word}`))
  return longer.length === 1 ? (longer[0] ?? null) : null
}
