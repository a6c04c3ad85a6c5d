/** Raw files of `sadf -d` for tests, captured ones and short ones written by hand. */
import { readFileSync } from 'node:fs'
import { parseRaw } from '../../src/collectors/raw.js'
import type { NodeMeta, ParsedResource, RawFile, Resource, Table } from '../../src/model.js'

export const NO_CONTEXT = { meta: null, windowMs: null }
const encoder = new TextEncoder()

export function fixture(name: string): RawFile {
  return {
    path: `raw/x/${name}`,
    bytes: readFileSync(new URL(`../fixtures/sadf-d/${name}.txt`, import.meta.url)),
  }
}

export function rawFile(text: string, path = 'raw/cpu/vm'): RawFile {
  return { path, bytes: encoder.encode(text) }
}

export function parse(resource: Resource, ...files: RawFile[]): ParsedResource {
  return parseRaw(resource, 'vm', files, NO_CONTEXT)
}

export function column(table: Table, name: string): number[] {
  return Array.from(table.columns.get(name) ?? [])
}

export function messages(parsed: ParsedResource): string {
  return parsed.warnings.map((warning) => warning.message).join('\n')
}

export function times(table: Table): string[] {
  return Array.from(table.timeMs, (timeMs) => new Date(timeMs).toISOString().slice(11, 19))
}

export const CPU_HEADER = '# hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle\n'
export const cpuRow = (
  time: string,
  values = '10.00;0.00;5.00;5.00;0.00;80.00',
  interval = 1,
  cpu = '-1',
): string => `vm;${interval};2026-11-20 ${time} UTC;${cpu};${values}\n`

export function metaWith(part: Partial<NodeMeta>): NodeMeta {
  return {
    host: 'vm',
    node_name: 'vm',
    kernel: '6.1',
    cpus: 2,
    memory_total_bytes: null,
    sysstat_version: null,
    driver_version: null,
    collector: 'sar',
    interfaces: {},
    disks: {},
    disk_names: {},
    default_interface: null,
    zone: '+0000',
    clock_ticks_per_s: 100,
    wall_minus_uptime_s: null,
    ...part,
  }
}
