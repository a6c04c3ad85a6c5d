/** Raw files of the /proc sampler for tests, captured ones and short ones written by hand. */
import { readFileSync } from 'node:fs'
import { parseRaw } from '../../src/collectors/raw.js'
import type { NodeMeta, ParsedResource, RawFile, Resource } from '../../src/model.js'

export const BOOT = '7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab'
export const NO_CONTEXT = { meta: null, windowMs: null }
export const META: NodeMeta = {
  host: 'n1',
  node_name: 'n1',
  kernel: '6.18',
  cpus: 2,
  memory_total_bytes: null,
  sysstat_version: null,
  driver_version: null,
  collector: 'proc',
  interfaces: {},
  disks: {},
  disk_names: {},
  default_interface: null,
  zone: '+0000',
  clock_ticks_per_s: 100,
  wall_minus_uptime_s: 1_795_160_524.25,
}

export function rawFile(resource: string, body: string): RawFile {
  const text = `# clusterp-proc 1 ${resource} 100 ${BOOT}\n${body}`
  return { path: `raw/${resource}/n1`, bytes: new TextEncoder().encode(text) }
}

export function parseFixture(resource: Resource): ParsedResource {
  const bytes = readFileSync(new URL(`../fixtures/proc/${resource}.txt`, import.meta.url))
  return parseRaw(resource, 'n1', [{ path: `raw/${resource}/n1`, bytes }], NO_CONTEXT)
}

export function parse(resource: Resource, body: string, meta: NodeMeta | null = null): ParsedResource {
  return parseRaw(resource, 'n1', [rawFile(resource, body)], { meta, windowMs: null })
}

export function column(parsed: ParsedResource, name: string): number[] {
  return Array.from(parsed.table.columns.get(name) ?? [])
}

export function firstRow(parsed: ParsedResource, names: readonly string[]): number[] {
  return names.map((name) => column(parsed, name)[0] ?? Number.NaN)
}

export const sample = (
  uptime: number,
  lines: readonly string[],
  epoch: string | number = `${1795160524 + uptime}.25`,
): string => `@ ${epoch} ${uptime.toFixed(2)} ${lines.length}\n${lines.map((line) => `${line}\n`).join('')}`
