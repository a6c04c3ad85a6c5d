/** Why hosts gave no answer: below the table, where a terminal of 80 columns has room for it. */
import { HostError } from '../../errors.js'
import type { Outcome, SessionHost } from '../../model.js'
import { type Block, line } from '../context.js'
import { foldHosts } from '../folded-hosts.js'

/** The host is asked for the first time, and its answer or failure is still awaited. */
export class AwaitedError extends HostError {
  constructor(host: string) {
    super(host, 'it is being asked; no answer yet')
  }
}

interface Reason {
  readonly hosts: SessionHost[]
  /** The words without the name of the host: a NUL stands there. */
  readonly words: string
}

const OWN_NAME = '\0'
const ENOUGH: SilenceRoom = { reasons: Number.POSITIVE_INFINITY, width: Number.POSITIVE_INFINITY }

/** How much may be said: so many reasons, in lines of so many characters. */
export interface SilenceRoom {
  readonly reasons: number
  readonly width: number
}

/** Hosts with the same reason together, and a line that counts those for whom there is no room; null: there is for all. */
export function silenceLines(
  outcomes: readonly Outcome<unknown>[],
  hosts: readonly SessionHost[],
  room: SilenceRoom | null = null,
): readonly Block[] {
  const { reasons: most, width } = room ?? ENOUGH
  const reasons = reasonsOf(outcomes, hosts)
  const shown = reasons.slice(0, most).flatMap(({ hosts: silent, words }) => {
    const names = foldHosts(silent.map(({ name, alias }) => alias ?? name))
    const reason = words.replaceAll(OWN_NAME, foldHosts(silent.map(({ hostname }) => hostname)))
    return brokenLines(`${names}: ${reason}`, width).map(line)
  })
  const left = reasons.slice(most).reduce((count, reason) => count + reason.hosts.length, 0)
  if (left === 0) return shown
  return [...shown, line(`and ${left} more without an answer`)]
}

/** Broken between words; a word that is wider stays whole. */
function brokenLines(text: string, width: number): readonly string[] {
  const [first = '', ...others] = text.split(' ')
  const lines = [first]
  for (const word of others) {
    const longer = `${lines.at(-1)} ${word}`
    if (longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(`  ${word}`)
  }
  return lines
}

function reasonsOf(outcomes: readonly Outcome<unknown>[], hosts: readonly SessionHost[]): readonly Reason[] {
  const reasons = new Map<string, Reason>()
  for (const outcome of outcomes) {
    const host = hosts.find(({ name }) => name === outcome.host)
    if (outcome.ok || outcome.error instanceof AwaitedError || host === undefined) continue
    const words = outcome.error.message.replaceAll(host.hostname, OWN_NAME)
    const reason = reasons.get(words)
    if (reason === undefined) reasons.set(words, { hosts: [host], words })
    else reason.hosts.push(host)
  }
  return [...reasons.values()]
}
