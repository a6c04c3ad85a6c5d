/** What a test may ask of a cluster of real sshd nodes. */

/** A node, or the gateway. */
export interface ClusterHost {
  readonly name: string
  readonly address: string
  readonly port: number
  /** What to write for it in config.yml: `node1`, or `127.0.0.1:40001` without namespaces. */
  readonly target: string
}

export interface ClusterOptions {
  readonly nodes: number
  /** The nodes can be reached through the host `gw` only. */
  readonly gateway?: boolean
  /** Lines of sshd_config by host name, for example `{ gw: { AllowTcpForwarding: 'no' } }`. */
  readonly sshd?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface RunOptions {
  /** Default: the cluster's `work` on the controller, `/` on a host. */
  readonly cwd?: string
  /** Added to an environment that holds PATH, HOME, USER, LOGNAME, SHELL and TZ=UTC only. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Default 60 000; then the process group is killed and `isTimedOut` is true. */
  readonly timeoutMs?: number
}

export interface ProgramOptions extends RunOptions {
  /** Words for node ahead of the program, for example `['--import', 'file:///…/preload.js']`. */
  readonly nodeWords?: readonly string[]
}

/** How a run ended; `json` is the last line of stdout where it is an object, else null. */
export interface Ran {
  readonly code: number | null
  readonly signal: string | null
  readonly isTimedOut: boolean
  readonly stdout: string
  readonly stderr: string
  readonly json: Readonly<Record<string, unknown>> | null
}

/** A run that has not ended. */
export interface Running {
  /** To the whole process group, as a terminal does it. Nothing happens once it has ended. */
  signal(name: NodeJS.Signals): void
  readonly ended: Promise<Ran>
}

export interface HostProcess {
  /** As its own host counts. */
  readonly pid: number
  /** As the machine counts. */
  readonly machinePid: number
  readonly name: string
  readonly command: string
  /** One letter of /proc/PID/stat. */
  readonly state: string
  readonly environ: Readonly<Record<string, string>>
}

export interface Logins {
  readonly accepted: number
  readonly refusedPasswords: number
}

/** What every cluster can do. A host is called by its name, the gateway is `gw`. */
export interface ClusterBase {
  /** Everything the cluster has on the machine's disk; gone after `stop`. */
  readonly folder: string
  /** The controller's home; `.ssh` in it holds the key and known_hosts. */
  readonly home: string
  /** Empty folder to run clusterp in. */
  readonly work: string
  readonly hosts: readonly ClusterHost[]
  readonly gateway: ClusterHost | null
  /** Login of every node with a key; without namespaces the user who runs the tests. */
  readonly username: string

  clusterp(words: readonly string[], options?: ProgramOptions): Promise<Ran>
  startClusterp(words: readonly string[], options?: ProgramOptions): Running
  onController(argv: readonly string[], options?: RunOptions): Promise<Ran>
  exec(host: string, argv: readonly string[], options?: RunOptions): Promise<Ran>

  /** Lines for known_hosts with the keys that the host has now, one for each key. */
  hostKeyLines(host: string): Promise<readonly string[]>
  /** Replaces the controller's known_hosts; without lines by the keys that all hosts have now. */
  knownHosts(lines?: readonly string[]): Promise<void>
  /** New host keys; known_hosts keeps the old ones. Sessions in progress stay. */
  rekey(host: string): Promise<void>
  /** A line of sshd_config that wins over the others; null takes it back. Sessions in progress stay. */
  setSshdOption(host: string, key: string, value: string | null): Promise<void>
  /** SIGKILL to the listener and, unless told otherwise, to every session. What they began lives on. */
  killSshd(host: string, options?: { readonly listenerOnly?: boolean }): Promise<void>
  startSshd(host: string): Promise<void>
  sshdLog(host: string): Promise<string>
  /** Counted in the log of sshd since the cluster began. */
  logins(host: string): Promise<Logins>

  /** What runs on a host now, without its process 1 and without zombies unless asked for. */
  processes(host: string, options?: { readonly zombies?: boolean }): Promise<readonly HostProcess[]>
  /** Ends everything and removes it; a second call does nothing. */
  stop(): Promise<void>
}

/** Hosts are sshds of the current user on loopback ports; they share processes, files and clock. */
export interface LoopbackCluster extends ClusterBase {
  readonly isIsolated: false
}

/** Each host has its own addresses, processes, name, users, /tmp, /var/tmp, /run, /root, /home, /etc and boot id. */
export interface IsolatedCluster extends ClusterBase {
  readonly isIsolated: true
  /** A user of every host who can log in with this password as well as with the key. */
  readonly passwordUser: { readonly name: string; readonly password: string }

  /** Path on the machine of what a host sees as /var/tmp, /root, /home or /var/log. */
  diskPath(host: string, path: string): string
  /** Its links are down. With `drop` it keeps its carrier and every packet vanishes: connects time out. */
  cut(host: string, options?: { readonly drop?: boolean }): Promise<void>
  heal(host: string): Promise<void>
  /** All its processes end at once; it stays off until `boot`. */
  shutDown(host: string): Promise<void>
  /** New boot id, uptime from 1 s, empty /tmp and /run; /var/tmp, /root, /home and /etc stay. */
  boot(host: string): Promise<void>
  reboot(host: string): Promise<void>
  /** Programs that are no longer there, for example `['sar', 'sadf', 'sadc']`, until the next `reboot`. */
  hide(host: string, programs: readonly string[]): Promise<void>
  /** Zone of new processes, for example `Europe/Berlin`. */
  setZone(host: string, zone: string): Promise<void>
  /** LANG and LC_ALL of new sessions, for example `de_DE.UTF-8`; made on the host if it is not there. */
  setLocale(host: string, locale: string): Promise<void>
  /** New sessions have a clock that is wrong by so many seconds; null where libfaketime is not installed. */
  readonly skew: ((host: string, seconds: number) => Promise<void>) | null
}

export type Cluster = IsolatedCluster | LoopbackCluster
