/** This machine as a node, with a remote_dir of the test's own and a shell and tools of its choice. */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { Collector, LoggerSpec, NodeFacts } from '../../src/collectors/collector.js'
import type { NodeMeta, RawFile } from '../../src/model.js'
import { type Armed, type ArmRequest, armNode } from '../../src/remote/arm.js'
import { localTransport } from '../../src/remote/local.js'
import { folderName, type NodePlace, remotePathOf } from '../../src/remote/place.js'
import { probeNode } from '../../src/remote/probe.js'
import { type PulledFrame, pullNode } from '../../src/remote/pull.js'
import type { Transport } from '../../src/remote/transport.js'
import { programPath } from './needs.js'

export const CALL = { timeoutMs: 30_000, random: (count: number): Uint8Array => randomBytes(count) }

/** What vitest gives a test to register its clean-up with. */
export interface Finishing {
  readonly onTestFinished: (clean: () => void | Promise<void>) => void
}

/** Programs that `sh`, `awk` and so on shall be on the node: by name, the path and its argument-less link name. */
export type Links = Readonly<Record<string, string>>

function pathOf(name: string): string {
  return programPath(name) ?? `/nonexistent/${name}`
}

/** Links that make `sh` this shell; bash started as `sh` is in its POSIX mode. */
export function shellLinks(shell: 'dash' | 'bash' | 'busybox'): Links {
  return { sh: pathOf(shell) }
}

/** Links that make every tool of the node scripts busybox's. */
export function busyboxLinks(): Links {
  const tools =
    'sh awk basename cat cut date df du grep gzip head id ls mkdir mkfifo printf readlink rm rmdir sed setsid sha256sum ' +
    'sleep sort stat tail tee timeout tr uname wc'
  return Object.fromEntries(tools.split(' ').map((tool) => [tool, pathOf('busybox')]))
}

export interface LiveNode {
  readonly transport: Transport
  readonly place: NodePlace
  /** Absolute path of this host's folder. */
  readonly folder: string
  /** A folder for the test's own things. */
  readonly aside: string
}

const uid = (): number => process.getuid?.() ?? -1

/** The local transport with the links first in the PATH of what it starts. */
export function linkedTransport(links: Links, folder: string): Transport {
  const local = localTransport('localhost')
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name))
  return {
    ...local,
    run(call) {
      // The child takes this process's PATH when it is spawned, which is before `run` first waits.
      const before = process.env.PATH
      process.env.PATH = `${folder}:${before}`
      try {
        return local.run(call)
      } finally {
        process.env.PATH = before
      }
    },
  }
}

/** A fresh remote_dir, removed afterwards with everything that still carries its session's mark. */
export function liveNode(context: Finishing, links: Links = {}): LiveNode {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'clusterp-node-')))
  const [remoteDir, aside, bin] = ['remote', 'aside', 'bin'].map((name) =>
    mkdtempSync(join(root, `${name}-`)),
  )
  if (remoteDir === undefined || aside === undefined || bin === undefined) throw new Error('no folders')
  const place = newPlace(remoteDir)
  context.onTestFinished(() => {
    for (const { pid } of markedProcesses(place.sessionId)) process.kill(pid, 'SIGKILL')
    chmodSync(root, 0o700)
    rmSync(root, { recursive: true, force: true })
  })
  return { transport: linkedTransport(links, bin), place, folder: remotePathOf(place, uid()), aside }
}

/** The same node where every script comes after a line of the test's own, such as a limit that its user has. */
export function afterLine(node: LiveNode, line: string): LiveNode {
  const { transport } = node
  const run: Transport['run'] = (call) => transport.run({ ...call, script: `${line}\n${call.script}` })
  return { ...node, transport: { ...transport, run } }
}

/** Another session below the same remote_dir. */
export function newPlace(remoteDir: string, number = 1): NodePlace {
  const sessionId = `20261120-091500-${randomBytes(4).toString('hex')}`
  return { remoteDir, sessionId, number, folder: folderName(number, 'localhost') }
}

export interface FoundProcess {
  readonly pid: number
  readonly command: string
}

/** Living processes whose environment carries this session's mark. */
export function markedProcesses(sessionId: string): FoundProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environ = readFileSync(`/proc/${name}/environ`, 'latin1')
        const isMarked = environ.split('\0').some((line) => line.startsWith(`CLUSTERP_LOGGER=${sessionId}/`))
        if (!isMarked || !isAlive(Number(name))) return []
        return [
          {
            pid: Number(name),
            command: readFileSync(`/proc/${name}/cmdline`, 'latin1').split('\0')[0] ?? '',
          },
        ]
      } catch {
        // It ended meanwhile, or is another user's.
        return []
      }
    })
}

/** Fields of /proc/PID/stat from the state on; null when there is no such process. */
function statOf(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
  } catch {
    return null
  }
}

/** True for a process that runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  const state = statOf(pid)?.[0]
  return state !== undefined && state !== 'Z' && state !== 'X'
}

/** Field 22 of /proc/PID/stat. */
export function startTicksOf(pid: number): string {
  return statOf(pid)?.[19] ?? ''
}

export function uptimeNow(): number {
  return Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0])
}

export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
}

/** Waits until it is so; throws when it is not after so many seconds. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  seconds: number,
  what: string,
): Promise<void> {
  const endMs = performance.now() + seconds * 1000
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${seconds} s: ${what}`)
    await sleep(50)
  }
}

export const probe = (node: LiveNode): Promise<NodeFacts> =>
  probeNode(node.transport, { remoteDir: node.place.remoteDir, diskNames: [] }, CALL)

const LEAD_SEC = 0.6
const GRACE_SEC = 10

/** An arm request that begins in a moment, at a second of 1 s samples. */
export function armRequest(
  place: NodePlace,
  loggers: readonly LoggerSpec[],
  changed: Partial<ArmRequest> = {},
): ArmRequest {
  const startUptimeSec = changed.startUptimeSec ?? uptimeNow() + LEAD_SEC
  return {
    place,
    bootId: bootId(),
    loggers,
    intervalSec: 1,
    lastUptimeSec: startUptimeSec + GRACE_SEC,
    maxSizeBytes: 1 << 30,
    owner: `session ${place.sessionId}\ncontroller test\ndirectory /somewhere`,
    ...changed,
    startUptimeSec,
  }
}

/** Arms a logger that is only a command. */
export function armCommand(
  node: LiveNode,
  argv: readonly string[],
  changed: Partial<ArmRequest> = {},
): Promise<Armed> {
  const loggers = [{ name: 'logger', argv, files: ['./data'] }]
  return armNode(node.transport, armRequest(node.place, loggers, changed), CALL)
}

export interface PulledFiles {
  readonly frames: readonly PulledFrame[]
  /** By target; the kept binary is decompressed. */
  readonly files: ReadonlyMap<string, Buffer>
}

/** Fetches into memory. */
export async function pullFiles(node: LiveNode, collector: Collector): Promise<PulledFiles> {
  const files = new Map<string, Buffer>()
  const frames = await pullNode(
    node.transport,
    {
      place: node.place,
      frames: collector.frames,
      frameLines: collector.frameLines,
      capBytes: 64 << 20,
      openTarget: async ({ target, keepAs }) => {
        const pieces: Uint8Array[] = []
        return {
          write: async (chunk) => {
            pieces.push(Buffer.from(chunk))
          },
          commit: async () => {
            const whole = Buffer.concat(pieces)
            files.set(target, keepAs === 'gzip' ? gunzipSync(whole) : whole)
          },
          abort: async () => undefined,
        }
      },
    },
    CALL,
  )
  return { frames, files }
}

/** The raw files of a resource as `parse` would find them. */
export function rawFiles(pulled: PulledFiles, targets: readonly string[]): RawFile[] {
  return targets.flatMap((target) => {
    const bytes = pulled.files.get(target)
    return bytes === undefined ? [] : [{ path: `raw/${target}/localhost`, bytes }]
  })
}

/** What raw/meta would hold of this node. */
export function metaOf(facts: NodeFacts, collector: Collector, wallMinusUptimeSec: number): NodeMeta {
  return {
    host: 'localhost',
    node_name: facts.nodeName,
    kernel: facts.kernel,
    cpus: facts.cpus,
    memory_total_bytes: facts.memoryTotalBytes,
    sysstat_version: facts.sysstatVersion,
    driver_version: null,
    collector: collector.name,
    interfaces: facts.interfaces,
    disks: facts.disks,
    disk_names: facts.diskNames,
    default_interface: facts.defaultInterface,
    zone: facts.zone,
    clock_ticks_per_s: facts.clockTicks,
    wall_minus_uptime_s: wallMinusUptimeSec,
  }
}
