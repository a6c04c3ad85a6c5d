/**
 * The words of clusterp: the shapes that flow from config to session to raw files to tables to charts.
 * `null` means "no value measured" or "not set"; an absent optional field means "not asked for".
 * In numeric columns NaN is "not measured": it becomes an empty cell, never 0.
 */

// ---------------------------------------------------------------- resources

export const RESOURCES = [
  'cpu',
  'memory',
  'swap',
  'disk',
  'network',
  'load',
  'paging',
  'gpu',
  'gpu-processes',
  'infiniband',
] as const
export type Resource = (typeof RESOURCES)[number]

// ------------------------------------------------------------------- config

/** A device as configured: its kernel name and the alias its plots carry (the name when none was given). */
export interface Device {
  readonly name: string
  readonly alias: string
}

/** What to draw of a kind of device: everything sensible, nothing, or the devices listed. */
export type DeviceSelection =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'listed'; readonly devices: readonly Device[] }

/** One host to profile. */
export interface HostConfig {
  /** The host as configured, without user: `host` or `host:port`; this machine: `localhost`. Names files. */
  readonly name: string
  /** What to connect to: `name` without the port. */
  readonly hostname: string
  readonly user: string | null
  readonly port: number | null
  readonly alias: string | null
  /** True for `local`: this machine, without SSH. */
  readonly isLocal: boolean
}

export type PlotFormat = 'svg' | 'png' | 'pdf' | 'eps'
export type PlotLayout = 'auto' | 'lines' | 'facets' | 'heatmap' | 'band'
export type PlotTheme = 'light' | 'dark'

export interface SshConfig {
  /** Hops in order, each `[user@]host[:port]`; empty without a gateway. */
  readonly gateways: readonly string[]
  readonly username: string | null
  readonly password: string | null
  /** Name of the environment variable that holds the password; null when not set. */
  readonly passwordEnv: string | null
  readonly port: number | null
  readonly identityFile: string | null
  /** null: what ssh_config says, else strict. */
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off' | null
  /** `command`: the words of a COMMAND in which one holds `{host}`. */
  readonly connect:
    | { readonly kind: 'ssh2' }
    | { readonly kind: 'openssh' }
    | { readonly kind: 'command'; readonly words: readonly string[] }
}

/** A whole, checked configuration; every default is already in it. */
export interface Config {
  readonly hosts: readonly HostConfig[]
  readonly filesystems: DeviceSelection
  readonly interfaces: DeviceSelection
  readonly gpus: DeviceSelection
  readonly infiniband: DeviceSelection
  readonly intervalSec: number
  /** The lease: loggers end by themselves after this. */
  readonly durationSec: number
  /** Per node: the loggers cannot write more. */
  readonly maxSizeBytes: number
  readonly concurrency: number
  readonly connectTimeoutMs: number
  readonly remoteDir: string
  readonly collector: 'auto' | 'sar' | 'proc'
  readonly plot: {
    readonly formats: readonly PlotFormat[]
    readonly layout: PlotLayout
    readonly theme: PlotTheme
  }
  readonly ssh: SshConfig
}

// -------------------------------------------------------------------- nodes

/** Network interface as seen on a node. */
export interface InterfaceMeta {
  /** Megabits (10^6) per second; null when the kernel does not know. */
  readonly speed_mbit_per_s: number | null
  readonly duplex: 'full' | 'half' | null
  readonly is_up: boolean
  /** Backed by a device (not veth, bridge, lo …). */
  readonly is_physical: boolean
  /** Name of the bond this interface is a slave of; null when none. */
  readonly bond: string | null
  readonly is_bond: boolean
}

/** Block device as seen on a node. */
export interface DiskMeta {
  /** `MAJOR:MINOR`. */
  readonly number: string
  /** Whole physical block device: no partition, loop, ram, zram, sr, dm, md. */
  readonly is_physical: boolean
}

/** Port of an InfiniBand or RoCE device as seen on a node. */
export interface PortMeta {
  /** Gigabits (10^9) per second; null when the kernel does not tell. */
  readonly rate_gbit_per_s: number | null
  /** `ACTIVE`, `DOWN` …; empty when the kernel does not tell. */
  readonly state: string
  /** `InfiniBand`, or `Ethernet` for RoCE; null when the kernel does not tell. */
  readonly link_layer: string | null
  /** Its data can be recorded. An active port without data has carried nobody knows what. */
  readonly is_readable: boolean
}

/** What a node said about itself; stored as raw/meta/<host>.json. Keys are those of the file. */
export interface NodeMeta {
  readonly host: string
  readonly node_name: string
  readonly kernel: string
  readonly cpus: number | null
  readonly memory_total_bytes: number | null
  /** For example `12.6.1`; null without sysstat. */
  readonly sysstat_version: string | null
  readonly driver_version: string | null
  /** `sar`: binary sysstat file; `proc`: the /proc sampler. */
  readonly collector: 'sar' | 'proc'
  readonly interfaces: Readonly<Record<string, InterfaceMeta>>
  readonly disks: Readonly<Record<string, DiskMeta>>
  /** Whole disk behind a partition, /dev path or mount point that the config names, for example `/data` → `sdb`. */
  readonly disk_names: Readonly<Record<string, string>>
  /** Interface of the default route; null without one. */
  readonly default_interface: string | null
  /** Offset of the node's zone from UTC as `date +%z` prints it, for example `+0100`. */
  readonly zone: string | null
  readonly clock_ticks_per_s: number | null
  /** Node's wall clock minus its uptime, seconds, at the start: places sampler stamps that have no wall clock. */
  readonly wall_minus_uptime_s: number | null
  /** Ports by `mlx5_0/1`, active or not, with or without data; absent where nobody looked for them. */
  readonly infiniband?: Readonly<Record<string, PortMeta>>
  /** GPUs that nvidia-smi named; absent where it was not asked. */
  readonly gpu_count?: number
}

/** Node clock against the controller's, from several round trips, the smallest taken. */
export interface ClockReading {
  /** Controller's wall clock at the reading, epoch milliseconds. */
  readonly atMs: number
  /** Node minus controller, milliseconds. */
  readonly offsetMs: number
  /** Half the round trip plus the resolution of what was read, milliseconds. */
  readonly uncertaintyMs: number
  /** Node's uptime at `atMs`, seconds. */
  readonly uptimeSec: number
  /** Node's wall clock minus its uptime, seconds: changes only when its clock is stepped. */
  readonly wallMinusUptimeSec: number
}

// ------------------------------------------------------------------ session

export type SessionState = 'starting' | 'running' | 'stopping' | 'stopped' | 'failed'
export type HostState =
  | 'planned'
  | 'armed'
  | 'running'
  | 'ended'
  | 'pulled'
  | 'cleaned'
  | 'failed'
  | 'pending'

/** A logger that was armed on a node. */
export interface LoggerRecord {
  /** `sadc`, `sampler`, … : also the stem of its files in the node's folder. */
  readonly name: string
  readonly pid: number
  /** Field 22 of /proc/PID/stat: clock ticks after boot. With pid and boot id it identifies a process for ever. */
  readonly startTicks: string
}

/** Why a logger was gone before it was asked to stop, in the order in which causes are looked for. */
export type LoggerEnd = 'stopped' | 'rebooted' | 'lease ended' | 'max_size' | 'died'

/** How a host was reached when its session started; later commands go the same way to the same machine. */
export interface RecordedLogin {
  readonly hostName: string
  readonly user: string
  readonly port: number
  /** Each `user@host:port`, in order. */
  readonly gateways: readonly string[]
  /** Those of them that the configured password is for: the ones that named no user of their own. */
  readonly passwordGateways: readonly string[]
  /** `SHA256:…` of its host key; null where the ssh program verified it. */
  readonly fingerprint: string | null
}

export interface SessionHost {
  readonly name: string
  readonly alias: string | null
  readonly isLocal: boolean
  readonly hostname: string
  readonly user: string | null
  readonly port: number | null
  readonly state: HostState
  /** Position in the plan, from 1: part of the folder's name and of the processes' mark. */
  readonly number: number
  /** The node's folder of this session, absolute; null until the probe has resolved `remote_dir`. */
  readonly remotePath: string | null
  /** null: this machine, a COMMAND, or never reached. */
  readonly login: RecordedLogin | null
  readonly bootId: string | null
  /** Uptime in seconds after which an arm script does nothing; null: none was sent, or what it did is undone. */
  readonly armLastUptimeSec: number | null
  /** Uptime in seconds of the agreed start on this node. */
  readonly startUptimeSec: number | null
  readonly collector: 'sar' | 'proc' | null
  /** What is recorded beside it, such as `nvidia`. */
  readonly extras: readonly string[]
  readonly loggers: readonly LoggerRecord[]
  readonly clock: { readonly start: ClockReading | null; readonly stop: ClockReading | null }
  readonly meta: NodeMeta | null
  /** Joined after the agreed start, by this many seconds; null when in time. */
  readonly lateSec: number | null
  /** What makes this host's data less than whole, one sentence each. Kept so that a repeated `stop` says it again. */
  readonly problems: readonly string[]
  /** What is worth knowing of its data and makes them no less whole, such as why there are no GPU data. */
  readonly notes: readonly string[]
  /** Last failure of a command on this host; null when none. */
  readonly error: { readonly message: string; readonly hint: string | null } | null
}

/** The job that `run` ran. */
export interface RunRecord {
  /** Its words, with what looks like a password as `***`. */
  readonly command: readonly string[]
  /** Epoch milliseconds; null: it has not been started. */
  readonly startedMs: number | null
  /** Epoch milliseconds; null while it runs, and for ever when clusterp was killed meanwhile. */
  readonly endedMs: number | null
  /** null: it runs, or a signal ended it. */
  readonly exitCode: number | null
  /** The signal that ended it, such as `SIGTERM`. */
  readonly signal: string | null
  /** Until when the loggers record if nobody renews their lease again, epoch milliseconds; null: never renewed. */
  readonly leaseEndMs: number | null
}

export interface Session {
  readonly version: 1
  /** `YYYYMMDD-HHMMSS-` (UTC) and 8 random hex digits. */
  readonly id: string
  readonly name: string | null
  readonly state: SessionState
  readonly createdMs: number
  /** The agreed start T on the controller's clock, epoch milliseconds; null until it is known. */
  readonly startMs: number | null
  readonly stoppedMs: number | null
  readonly intervalSec: number
  readonly durationSec: number
  readonly controller: { readonly host: string; readonly directory: string }
  readonly clusterpVersion: string
  readonly hosts: readonly SessionHost[]
  /** Absent or null: its job was not run by `run`. */
  readonly run?: RunRecord | null
}

/** One line of marks.jsonl: a phase begins. */
export interface Mark {
  readonly atMs: number
  readonly text: string
}

/** What one host's part of a command came to: failing is a value, not an exception. */
export type Outcome<T> =
  | { readonly host: string; readonly ok: true; readonly value: T; readonly warnings: readonly string[] }
  | { readonly host: string; readonly ok: false; readonly error: Error }

// --------------------------------------------------------------------- data

/**
 * One resource of one host: columns of equal length `rowCount`, one row per timestamp and device, in the order of the
 * raw file. Only columns of DESIGN's CSV table appear; NaN (null in a text column) is "not measured".
 */
export interface Table {
  readonly resource: Resource
  readonly host: string
  readonly rowCount: number
  /** END of each sample, epoch milliseconds, on the node's clock until `parse` shifts it to the controller's. */
  readonly timeMs: Float64Array
  /** Width of each sample, seconds. */
  readonly intervalSec: Float64Array
  /** Device names in order of first appearance; empty for resources without devices. */
  readonly devices: readonly string[]
  /** For each row its index in `devices`; null for resources without devices. */
  readonly deviceIndex: Uint32Array | null
  readonly columns: ReadonlyMap<string, Float64Array>
  readonly textColumns: ReadonlyMap<string, readonly (string | null)[]>
}

/** Something that happened on a node, found in a raw file. */
export interface RawEvent {
  readonly host: string
  /** `gpu`: what nvidia-smi said between its rows, and GPUs that stop answering or answer again. */
  readonly kind: 'restart' | 'comment' | 'clock-step' | 'gpu'
  readonly atMs: number
  readonly text: string
  /** `file:line` of what was found, where its writer gave no time of its own. */
  readonly place?: string
}

/** Bytes of one raw file and the name it is called by in messages, such as `raw/cpu/node1`. */
export interface RawFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** A problem in a raw file that did not stop the reading: `file:line: what`. `isLoss`: rows were lost by it. */
export interface RawWarning {
  readonly message: string
  readonly isLoss: boolean
}

/** What a collector made of a host's raw files of one resource. */
export interface ParsedResource {
  readonly table: Table
  readonly events: readonly RawEvent[]
  readonly warnings: readonly RawWarning[]
}
