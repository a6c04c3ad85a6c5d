import { readFileSync } from 'node:fs'

/** Shell and sampler programs in src/remote/shell/, copied beside the built code. */
export type ShellFile =
  | 'functions.sh'
  | 'probe.sh'
  | 'clock.sh'
  | 'waiter.sh'
  | 'arm.sh'
  | 'ready.sh'
  | 'status.sh'
  | 'recent.sh'
  | 'halt.sh'
  | 'lease.sh'
  | 'renew.sh'
  | 'pull.sh'
  | 'remove.sh'
  | 'leftovers.sh'
  | 'infiniband-probe.sh'
  | 'gpu-probe.sh'
  | 'gpu-logger.sh'
  | 'gpu-apps-logger.sh'
  | 'sampler.pl'
  | 'sampler.bash'
  | 'sampler.awk'

const loaded = new Map<ShellFile, string>()

/** Text of a program without its comment lines, which a node has no use for. */
export function shellFile(name: ShellFile): string {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const text = readFileSync(new URL(`./shell/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
  loaded.set(name, text)
  return text
}
