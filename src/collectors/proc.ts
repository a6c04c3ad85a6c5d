/**
 * Nodes without sysstat: one lean process copies raw /proc lines with a stamp; the controller computes the rates.
 * The language is the cheapest that the node has: perl, bash 4 without forks, awk with one fork a tick.
 */
import type { Collector, FrameSpec, LoggerPlan, NodeFacts, Word } from './collector.js'

export const SAMPLED = ['cpu', 'memory', 'swap', 'disk', 'network', 'load', 'paging'] as const

const FIRST_BASH_WITH_MAPFILE = 4

/** What the sampler copies in place of /proc: these files below each port's folder in sysfs. */
export interface SamplerMode {
  readonly resource: 'infiniband'
  readonly files: readonly string[]
}

/**
 * Interpreter and arguments of the sampler on this node, of /proc where no other mode is given; null when it has none of
 * the three languages.
 */
export function samplerArgv(
  facts: NodeFacts,
  plan: LoggerPlan,
  mode: SamplerMode | null = null,
): readonly Word[] | null {
  const values = [plan.intervalSec, plan.count, facts.clockTicks].map(String)
  const words = [...values, facts.bootId, ...(mode === null ? [] : [mode.resource, ...mode.files])]
  if (facts.hasPerl) return ['perl', '-e', { program: 'sampler.pl' }, ...words]
  if (facts.bashMajor !== null && facts.bashMajor >= FIRST_BASH_WITH_MAPFILE)
    return ['bash', '-c', { program: 'sampler.bash' }, 'bash', ...words]
  if (!facts.hasAwk) return null
  const keys = ['interval', 'count', 'ticks', 'boot', ...(mode === null ? [] : ['mode'])]
  const settings = keys.flatMap((key, at) => ['-v', `${key}=${words[at]}`])
  if (mode !== null) settings.push('-v', `files=${mode.files.join(' ')}`)
  return ['awk', ...settings, { program: 'sampler.awk' }]
}

/** Shell words that are true when a file of the sampler holds a whole sample. */
export function wholeSampleWords(file: string): string {
  return `awk '$1 == "@" { if (seen) exit; seen = 1; want = $4; next } seen { have++ } END { exit !(seen && have >= want) }' ${file} </dev/null`
}

const MISSING = 'it has neither perl, nor bash 4, nor awk for the /proc sampler'

export const proc: Collector = {
  name: 'proc',
  unusable: (facts) => (samplerArgv(facts, { intervalSec: 1, count: 1 }) === null ? MISSING : null),
  loggers(facts, plan) {
    const argv = samplerArgv(facts, plan) ?? ['false']
    return [{ name: 'sampler', argv, files: SAMPLED.map((resource) => `./proc.${resource}`) }]
  },
  readyLines: `
ready_sampler() {
  for s_file in ${SAMPLED.map((resource) => `./proc.${resource}`).join(' ')}; do
    [ -f "$s_file" ] || return 1
    ${wholeSampleWords('"$s_file"')} || return 1
  done
}`,
  countLines: `
count_samples() { grep -c '^@' ./proc.cpu </dev/null; }`,
  frameLines: '',
  frames: SAMPLED.map(
    (resource): FrameSpec => ({
      name: resource,
      target: resource,
      keepAs: 'text',
      command: `cat ./proc.${resource}`,
    }),
  ),
  // Lengths of the lines of /proc on a present kernel.
  bytesPerSample(facts) {
    const cpus = (facts.cpus ?? 1) + 1
    const disks = Object.keys(facts.disks).length
    const interfaces = Object.keys(facts.interfaces).length
    return 900 + 70 * cpus + 110 * disks + 125 * interfaces
  },
}
