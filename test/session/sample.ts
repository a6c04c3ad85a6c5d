import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'
import type { NodeMeta, Session, SessionHost } from '../../src/model.js'

const made: string[] = []

/** A new empty folder with a blank and an umlaut in its name; removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'clusterp größe ')))
  made.push(folder)
  return folder
}

afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** Writes files given as path → text below a folder. */
export async function writeTree(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}

/** Every file below a folder as path → text. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.sort().map((file) => readFile(file, 'utf8')))
  return Object.fromEntries(files.map((file, index) => [file.slice(folder.length + 1), texts[index] ?? '']))
}

export const sampleMeta: NodeMeta = {
  host: 'node1',
  node_name: 'node1.cluster',
  kernel: '6.1.0',
  cpus: 16,
  memory_total_bytes: 64 * 2 ** 30,
  sysstat_version: '12.6.1',
  driver_version: null,
  collector: 'sar',
  interfaces: {
    eth0: {
      speed_mbit_per_s: 10000,
      duplex: 'full',
      is_up: true,
      is_physical: true,
      bond: null,
      is_bond: false,
    },
  },
  disks: { sda: { number: '8:0', is_physical: true } },
  disk_names: { '/data': 'sda' },
  default_interface: 'eth0',
  zone: '+0100',
  clock_ticks_per_s: 100,
  wall_minus_uptime_s: 1773000000.25,
}

export function sampleHost(name: string, number: number): SessionHost {
  return {
    name,
    alias: null,
    isLocal: false,
    hostname: name,
    user: 'someone',
    port: 22,
    state: 'planned',
    number,
    remotePath: `/var/tmp/clusterp-1000/x/${number}-${name}`,
    login: null,
    bootId: '11111111-2222-3333-4444-555555555555',
    armLastUptimeSec: 100.5,
    startUptimeSec: 90.5,
    collector: 'sar',
    loggers: [{ name: 'sadc', pid: 4711, startTicks: '8061433' }],
    clock: {
      start: {
        atMs: 1773480413000,
        offsetMs: -0.5,
        uncertaintyMs: 1,
        uptimeSec: 90,
        wallMinusUptimeSec: 1773480323,
      },
      stop: null,
    },
    meta: sampleMeta,
    lateSec: null,
    problems: [],
    notes: [],
    extras: [],
    error: null,
  }
}

export const OLD_ID = '20260314-092653-0badcafe'
export const NEW_ID = '20260314-113000-00c0ffee'

/** A session of the given hosts; without any of node1 and node2. */
export function sampleSession(change: Partial<Session> = {}): Session {
  return {
    version: 1,
    id: OLD_ID,
    name: null,
    state: 'starting',
    createdMs: Date.UTC(2026, 2, 14, 9, 26, 53),
    startMs: null,
    stoppedMs: null,
    intervalSec: 10,
    durationSec: 604800,
    controller: { host: 'login1', directory: '/home/someone/test' },
    clusterpVersion: '0.1.0',
    hosts: [sampleHost('node1', 1), sampleHost('node2:2222', 2)],
    ...change,
  }
}

/** Bytes that look random and are the same in each run. */
export function countingRandom(): (bytes: number) => Uint8Array {
  let next = 1
  return (bytes) => new Uint8Array(bytes).fill(next++)
}
