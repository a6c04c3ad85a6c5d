import { readFile } from 'node:fs/promises'
import { ConfigError } from '../errors.js'
import { replaceKey, withKeyAtEnd } from './file-lines.js'
import { readHosts } from './host-list.js'
import type { HostSources } from './host-sources.js'
import { splitHostList } from './hosts.js'
import { fileNameKey } from './names.js'
import { yamlScalar } from './yaml.js'

/** The same two steps up from src/config as from dist/config. */
const TEMPLATE_URL = new URL('../../templates/config.yml', import.meta.url)
/** The line of the template that stands for the hosts. */
const EXAMPLE_HOST = '  - local'

/** Reads templates/config.yml, the text that `initTemplate` fills. */
export async function readInitTemplate(): Promise<string> {
  return readFile(TEMPLATE_URL, 'utf8')
}

/**
 * The text of a new config.yml: the template with these hosts, or with `local` when there are none. Throws a
 * ConfigError for what is no host.
 */
export function initTemplate(hosts: readonly string[], template: string): string {
  const wanted = wantedHosts(hosts)
  return wanted.length === 0 ? template : template.replace(EXAMPLE_HOST, () => hostLines(wanted))
}

/** The text of a config.yml that is there with these hosts in place of its own. Throws a ConfigError for what is no host. */
export function withHosts(text: string, hosts: readonly string[]): string {
  const written = ['hosts:', hostLines(wantedHosts(hosts))]
  return replaceKey(text, 'hosts', written) ?? withKeyAtEnd(text, written)
}

function wantedHosts(hosts: readonly string[]): readonly string[] {
  const wanted = hosts.flatMap((host) => splitHostList(host))
  if (wanted.length === 0) return []
  const { problems } = readHosts([...wanted], 'init', null)
  if (problems.length > 0) throw new ConfigError(problems.join('; '), { problems })
  return wanted
}

/** How a file begins that `start` made from --hosts, and may make anew. */
const MADE_FROM_HOSTS = '# Made from --hosts'

/** Whether a config.yml was made from --hosts and has not been begun anew by a person. */
export function isMadeFromHosts(text: string): boolean {
  return text.startsWith(MADE_FROM_HOSTS)
}

/**
 * The config.yml that stands for `--hosts LIST` alone: these hosts, every device on `auto`. Of `slurm` and `pbs` the
 * hosts in `sources` are written, because later commands may run outside the job; `file:` stays as it is.
 */
export function configFromHosts(hosts: string, sources: HostSources = new Map()): string {
  return `${MADE_FROM_HOSTS}; "clusterp init --force" writes a file with every key explained.
hosts:
${hostLines(withJobNodes(splitHostList(hosts), sources))}
filesystem_names: auto
net_interfaces: auto
gpus: auto
infiniband: auto
`
}

function withJobNodes(items: readonly string[], sources: HostSources): string[] {
  const isJob = (item: string): boolean => sources.has(item) && !item.startsWith('file:')
  const others = items.filter((item) => !isJob(item))
  const seen = new Set(readHosts(others, '--hosts', null).hosts.map(({ name }) => fileNameKey(name)))
  return items.flatMap((item) => {
    if (!isJob(item)) return [item]
    return (sources.get(item)?.hosts ?? []).filter((host) => {
      const isNew = !seen.has(fileNameKey(host))
      seen.add(fileNameKey(host))
      return isNew
    })
  })
}

function hostLines(hosts: readonly string[]): string {
  return hosts.map((host) => `  - ${yamlScalar(host)}`).join('\n')
}
