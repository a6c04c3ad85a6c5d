/** The named checks of a node, each a pure function of what the probe found. A further one is a line in CHECKS. */
import type { NodeFacts } from '../../collectors/collector.js'
import { chooseCollector } from '../../collectors/index.js'
import type { ClockReading, Config } from '../../model.js'
import type { Leftover } from '../../remote/leftovers.js'
import { byteText, durationText, plural } from '../phrases.js'
import { recordCount } from '../starting/agree.js'

export interface CheckSubject {
  readonly config: Config
  readonly facts: NodeFacts
  readonly clock: ClockReading
  readonly leftovers: readonly Leftover[]
  /** From the first packet to the end of the probe, milliseconds. */
  readonly tookMs: number
  readonly nowMs: number
}

export interface Verdict {
  readonly level: 'ok' | 'warn' | 'fail'
  readonly text: string
  /** What to paste; null when there is nothing to do. */
  readonly remedy: string | null
}

export interface Check {
  readonly name: string
  readonly judge: (subject: CheckSubject) => Verdict
}

const ok = (text: string): Verdict => ({ level: 'ok', text, remedy: null })
const warn = (text: string, remedy: string | null): Verdict => ({ level: 'warn', text, remedy })
const fail = (text: string, remedy: string | null): Verdict => ({ level: 'fail', text, remedy })

/** Beyond it stamps of two nodes are off by a sample at 1 s; `parse` takes it out. */
const CLOCK_WORTH_TELLING_MS = 500
/** A login that takes longer makes `start` wait: the agreed moment lies twice the slowest probe ahead. */
const SLOW_LOGIN_MS = 5000

export const CHECKS: readonly Check[] = [
  {
    name: 'reachable',
    judge: ({ tookMs }) => {
      const text = `answered in ${durationText(tookMs / 1000)}`
      return tookMs > SLOW_LOGIN_MS ? warn(text, 'is its name server slow? ssh -v HOST') : ok(text)
    },
  },
  {
    name: 'collector',
    judge: ({ config, facts }) => {
      const choice = chooseCollector(config.collector, facts)
      if (choice.collector === null) return fail(choice.reason, installSysstat(facts))
      if (choice.note !== null) return warn(choice.note, installSysstat(facts))
      return ok(choice.collector.name === 'sar' ? `sysstat ${facts.sysstatVersion}` : 'the /proc sampler')
    },
  },
  {
    name: 'gpu',
    judge: ({ config, facts }) => {
      if (config.gpus.kind === 'none') return ok('not asked for')
      if (facts.gpu === null) {
        return config.gpus.kind === 'listed' ? fail('no nvidia-smi', 'in config.yml: gpus: auto') : ok('none')
      }
      if (facts.gpu.problem === null) return ok(plural(facts.gpu.gpus.length, 'GPU'))
      const text = `no GPU data: ${facts.gpu.problem}`
      return config.gpus.kind === 'listed' ? fail(text, 'nvidia-smi') : warn(text, 'nvidia-smi')
    },
  },
  {
    name: 'space',
    judge: ({ config, facts }) => {
      const need = expectedBytes(config, facts)
      if (facts.freeBytes === null) return warn(`free space in ${facts.remoteBase} is not known`, null)
      const text = `${byteText(facts.freeBytes)} free in ${facts.remoteBase}, at most ${byteText(need)} needed`
      return facts.freeBytes < need
        ? fail(text, 'in config.yml: shorten duration, or another remote_dir')
        : ok(text)
    },
  },
  {
    name: 'clock',
    judge: ({ clock }) => {
      const size = Math.abs(clock.offsetMs)
      if (size <= Math.max(CLOCK_WORTH_TELLING_MS, clock.uncertaintyMs)) return ok('agrees with this machine')
      const text = `${durationText(size / 1000)} ${clock.offsetMs > 0 ? 'ahead' : 'behind'}; parse takes that out`
      return warn(text, 'timedatectl set-ntp true')
    },
  },
  {
    name: 'leftovers',
    judge: ({ leftovers }) => {
      if (leftovers.length === 0) return ok('none')
      const alive = leftovers.reduce((sum, leftover) => sum + leftover.alive, 0)
      const text = `${plural(leftovers.length, 'session')} there already, ${plural(alive, 'process')} alive`
      return warn(text, 'clusterp status; clusterp clean')
    },
  },
]

/** Bytes that a node may hold before its lease ends. */
export function expectedBytes(config: Config, facts: NodeFacts): number {
  const choice = chooseCollector(config.collector, facts)
  if (choice.collector === null) return 0
  const count = recordCount(config.durationSec, config.intervalSec)
  return Math.min(config.maxSizeBytes, choice.collector.bytesPerSample(facts) * count)
}

function installSysstat(facts: NodeFacts): string | null {
  if (facts.sysstatVersion !== null) return null
  return 'apt-get install sysstat   or: dnf install sysstat'
}
