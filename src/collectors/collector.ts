/**
 * What a collector is: which tool it needs, the words that start it, how its records are converted and fetched.
 * Pure: the shell lines here are text for the node's script. Reading the raw files is in raw.ts.
 */
import type { DiskMeta, InterfaceMeta, Resource } from '../model.js'

/** What a node said of itself when it was probed. */
export interface NodeFacts {
  readonly bootId: string
  /** As /proc/self/ns/pid reads; null when it could not be read. */
  readonly pidNamespace: string | null
  readonly uid: number
  readonly nodeName: string
  readonly kernel: string
  readonly clockTicks: number
  readonly zone: string | null
  readonly cpus: number | null
  readonly memoryTotalBytes: number | null
  /** Commands the node scripts want and this node lacks. */
  readonly missingTools: readonly string[]
  readonly sysstatVersion: string | null
  readonly sadcPath: string | null
  /** This sadc takes a list of activities by name. */
  readonly takesActivities: boolean
  readonly hasSar: boolean
  readonly hasPerl: boolean
  readonly bashMajor: number | null
  readonly hasAwk: boolean
  readonly disks: Readonly<Record<string, DiskMeta>>
  readonly interfaces: Readonly<Record<string, InterfaceMeta>>
  readonly diskNames: Readonly<Record<string, string>>
  readonly defaultInterface: string | null
  /** Mounted file systems on disks: where, and the whole disks below. Empty when they were not asked for. */
  readonly mounts: readonly { readonly path: string; readonly disks: readonly string[] }[]
  /** Why nothing can be kept in remote_dir, as a sentence that begins with it; null when it can. */
  readonly remoteDirProblem: string | null
  /** remote_dir with its links resolved; empty when it has a problem. */
  readonly remoteBase: string
  /** Type of the file system there, as `stat -f` names it; null when that is not known. */
  readonly remoteFileSystem: string | null
  readonly freeBytes: number | null
  /** Folders of earlier sessions of this user, `SESSION/FOLDER`. */
  readonly leftovers: readonly string[]
  /** Program that installs packages, as in `apt-get`; null when it is none that is known. */
  readonly installer: string | null
  /** systemd-logind ends this user's processes at logout. */
  readonly logoutEnds: boolean
  readonly hasNvidiaSmi: boolean
  /** null: there is no nvidia-smi, or it was not asked. */
  readonly gpu: GpuFacts | null
  /** Ports of InfiniBand and RoCE devices, also those whose link is down; null: the node has no such device. */
  readonly infiniband: readonly PortFacts[] | null
}

/** A port of an InfiniBand or RoCE device as /sys/class/infiniband shows it. */
export interface PortFacts {
  readonly device: string
  readonly port: number
  /** `ACTIVE`, `DOWN`, `INIT`, `ARMED` …; empty when it could not be read. */
  readonly state: string
  /** Some counter of its data can be read. */
  readonly isReadable: boolean
  /** Gigabits (10^9) per second; null when it could not be read. */
  readonly rateGbitPerSec: number | null
  /** `InfiniBand`, or `Ethernet` for RoCE; null when it could not be read. */
  readonly linkLayer: string | null
}

/** What nvidia-smi said when the node was probed. */
export interface GpuFacts {
  /** Why there are no GPU data, as in `driver not loaded (rc 9)`; null when there are. */
  readonly problem: string | null
  /** Optional fields that this driver answers, to be added to the base query. */
  readonly fields: readonly string[]
  readonly gpus: readonly { readonly index: string; readonly uuid: string }[]
  readonly driverVersion: string | null
}

/** A program that clusterp brings along, passed to an interpreter as one argument. */
export type ProgramName =
  | 'sampler.pl'
  | 'sampler.bash'
  | 'sampler.awk'
  | 'gpu-logger.sh'
  | 'gpu-apps-logger.sh'
export type Word = string | { readonly program: ProgramName }

/** One process to start on a node, in the session's folder. */
export interface LoggerSpec {
  /** Stem of its `.pid` and `.log` files. */
  readonly name: string
  readonly argv: readonly Word[]
  /** Files it writes; `max_size` is shared among all of a node's. */
  readonly files: readonly string[]
}

export interface LoggerPlan {
  readonly intervalSec: number
  /** Records to write at most: the lease. */
  readonly count: number
}

/** One file of the session's raw/ folder as fetched from a node; frames of one target are joined in order. */
export interface FrameSpec {
  /** Unique within the call. */
  readonly name: string
  /** Folder below raw/. */
  readonly target: Resource | 'cpu-cores' | 'sysstat'
  /** `gzip`: kept compressed as <host>.sa.gz; `text`: as the node's tool printed it. */
  readonly keepAs: 'text' | 'gzip'
  /** Shell words that print it. */
  readonly command: string
}

export interface Collector {
  readonly name: 'sar' | 'proc'
  /** Why this node cannot be recorded in this way; null when it can. */
  unusable(facts: NodeFacts): string | null
  loggers(facts: NodeFacts, plan: LoggerPlan): readonly LoggerSpec[]
  /** Shell lines that define `ready_<logger>` (dashes as _): true when its first record is whole on the disk. */
  readonly readyLines: string
  /** Shell lines that define `count_samples`: prints the number of samples so far. */
  readonly countLines: string
  /** Shell lines before the frames. */
  readonly frameLines: string
  readonly frames: readonly FrameSpec[]
  /** Bytes a record takes on the node's disk, about. */
  bytesPerSample(facts: NodeFacts): number
}

/** Something recorded beside a node's collector, where the node has it. Without a record of it a session still starts. */
export interface Extra extends Pick<Collector, 'loggers' | 'readyLines' | 'frames' | 'bytesPerSample'> {
  readonly name: 'nvidia' | 'infiniband'
  /** Key of the config with which its devices are chosen: with none of them it is not recorded. */
  readonly setting: 'gpus' | 'infiniband'
  isThere(facts: NodeFacts): boolean
}
