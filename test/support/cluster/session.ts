/** What tests of whole sessions on a cluster begin from and look at. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster, Ran } from './types.js'

/** connect_timeout of every session. */
export const CONNECT_TIMEOUT_SEC = 2
/** Long enough for two samples after the agreed start. */
export const TWO_SAMPLES_MS = 2200

/** A new empty working directory on the controller with a configuration of all nodes. */
export async function newWork(
  cluster: Cluster,
  name: string,
  lines: readonly string[] = [],
): Promise<string> {
  const folder = join(cluster.folder, `work-${name}`)
  await mkdir(folder, { mode: 0o700 })
  const text = [
    `hosts: [${cluster.hosts.map((host) => `'${host.target}'`).join(', ')}]`,
    ...(cluster.gateway === null ? [] : [`ssh_gateway: ${cluster.gateway.target}`]),
    // `auto` leaves out what is not physical, as these are.
    ...(cluster.isIsolated ? ['net_interfaces: [eth0]'] : []),
    `interval: 1\nconnect_timeout: ${CONNECT_TIMEOUT_SEC}s\nfilesystem_names: auto`,
    'plot: {formats: [svg]}',
    ...lines,
  ]
  await writeFile(join(folder, 'config.yml'), `${text.join('\n')}\n`, { mode: 0o600 })
  return folder
}

/** Program names of the loggers on a node: whatever carries the mark of one. */
export async function loggersOn(cluster: Cluster, host: string): Promise<readonly string[]> {
  const marked = (await cluster.processes(host)).filter((one) => 'CLUSTERP_LOGGER' in one.environ)
  return marked.map((one) => one.name)
}

/** Rows of a parsed CSV of a host, without the header. */
export async function rowsOf(work: string, resource: string, host: string): Promise<readonly string[]> {
  const text = await readFile(join(work, 'parsed', resource, `${host}.csv`), 'utf8')
  return text.trimEnd().split('\n').slice(1)
}

/** What `--json` says of one host. */
export function sayingOf(ran: Ran, host: string): unknown {
  const hosts = (ran.json?.hosts ?? []) as readonly { readonly host: string }[]
  return hosts.find((one) => one.host === host)
}
