import { type FileHandle, open } from 'node:fs/promises'
import { asError, ConfigError, hasCode } from '../errors.js'
import type { Config, DeviceSelection } from '../model.js'
import { combinationProblems, combinationWarnings } from './combinations.js'
import { DEFAULTS } from './defaults.js'
import { readDevices } from './devices.js'
import { type HostsReading, hostEntryTexts, readHosts, readHostsFlag } from './host-list.js'
import { type HostSources, hostSourceOf, readFlagSources, readHostSources } from './host-sources.js'
import { readScalars } from './scalars.js'
import { type ConfigFlags, collectSettings, type Environment, type Settings } from './settings.js'
import { shown } from './show.js'

export { type HostSources, readFlagSources } from './host-sources.js'
export { redactConfig } from './redact.js'
export { selectHosts } from './select.js'
export type { ConfigFlags, Environment } from './settings.js'
export { configFromHosts, initTemplate, isMadeFromHosts, readInitTemplate, withHosts } from './template.js'

/** A message with more problems than this helps nobody; the rest is counted. */
const MAX_PROBLEMS = 50
/** A config of 10 000 hosts with aliases has some 500 kB; what is larger is another file. */
const MAX_FILE_BYTES = 4_000_000
/** Permission bits that let the group or others read. */
const READABLE_BY_OTHERS = 0o044

const CHECK_HINT = 'when it is corrected: clusterp check'

/** A configuration with where it came from; `path` and `text` are null when it was made from --hosts. */
export interface LoadedConfig {
  readonly config: Config
  readonly warnings: string[]
  readonly path: string | null
  readonly text: string | null
  /** Hosts of the `slurm`, `pbs` and `file:` entries that were read, those of --hosts included. */
  readonly sources: HostSources
}

interface LoadInput {
  readonly path: string
  readonly env: Environment
  readonly flags: ConfigFlags
}

/**
 * Makes the configuration of a file's text, the environment and the flags. Without hosts in the file those of --hosts
 * are taken, and without a text devices are `auto`. Throws one ConfigError that lists every problem.
 */
export function resolveConfig(input: {
  readonly path: string | null
  readonly text: string | null
  readonly env: Environment
  readonly flags: ConfigFlags
  /** Hosts of the `slurm`, `pbs` and `file:` entries. */
  readonly sources?: HostSources
  /** A list that cannot be read is a warning and its hosts are left out: they are known from elsewhere. */
  readonly areSourcesOptional?: boolean
}): { config: Config; warnings: string[] } {
  const { settings, problems: keyProblems, warnings } = collectSettings(input)
  const hosts = hostsOf(settings, input)
  const isLenient = input.areSourcesOptional === true
  const { readings, problems: scalarProblems } = readScalars(settings)
  const devices = devicesOf(settings, input.text === null ? { kind: 'auto' } : null)
  const { intervalSec, durationSec, connect } = readings
  const areTimesGood = intervalSec.problems.length + durationSec.problems.length === 0
  const times = areTimesGood ? { intervalSec: intervalSec.value, durationSec: durationSec.value } : null
  const problems = [
    ...keyProblems,
    ...hosts.problems,
    ...(isLenient ? [] : hosts.sourceProblems),
    ...devices.problems,
    ...scalarProblems,
    ...combinationProblems(settings, connect.value, times),
  ]
  if (problems.length > 0) throw problemsError(problems, input.text === null ? null : CHECK_HINT)
  return {
    config: { ...configOf(readings), ...devices.selections, hosts: hosts.hosts },
    warnings: [
      ...warnings,
      ...combinationWarnings(settings, connect.value),
      ...(isLenient ? hosts.sourceProblems : []),
    ],
  }
}

/**
 * Reads config.yml and resolves it. An absent file is no problem when --hosts names the hosts; otherwise a ConfigError
 * that points to `clusterp init`.
 */
export async function loadConfig(input: LoadInput): Promise<LoadedConfig> {
  const loaded = await readConfig(input, false)
  if (loaded !== null) return loaded
  throw new ConfigError(`reading ${shown(input.path)}: there is no such file, and no --hosts was given`, {
    hint: 'write one: clusterp init HOST…   or name the hosts: --hosts node[01-04]',
  })
}

/**
 * As `loadConfig`, but null when there is neither a file nor --hosts, and for commands that know their hosts from the
 * session: no scheduler is asked for `slurm` and `pbs` in the file, and a list that cannot be read is a warning.
 */
export async function readConfigIfAny(input: LoadInput): Promise<LoadedConfig | null> {
  return readConfig(input, true)
}

async function readConfig(input: LoadInput, areSourcesOptional: boolean): Promise<LoadedConfig | null> {
  const file = await readFileIfAny(input.path)
  if (file === null && input.flags.hosts === undefined) return null
  const text = file?.text ?? null
  const sources = await readSources(input, text, areSourcesOptional)
  const { config, warnings } = resolveConfig({
    ...input,
    text,
    sources,
    areSourcesOptional: areSourcesOptional && file !== null,
  })
  if (file === null) return { config, warnings, path: null, text, sources }
  const isExposed = (file.mode & READABLE_BY_OTHERS) !== 0 && holdsPassword(input.path, file.text)
  const path = shown(input.path)
  const mode = (file.mode & 0o777).toString(8)
  const exposed = `${path} holds a password and others can read it (mode ${mode}): chmod 600 ${path}`
  return {
    config,
    warnings: isExposed ? [...warnings, exposed] : warnings,
    path: input.path,
    text: file.text,
    sources,
  }
}

/** Reads the lists that the file and --hosts name. */
async function readSources(
  { path, env, flags }: LoadInput,
  text: string | null,
  areOptional: boolean,
): Promise<HostSources> {
  const place = { env, configPath: path }
  const hosts = collectSettings({ path, text, env, flags }).settings.get('hosts')?.value ?? null
  const entries = hosts === null ? [] : hostEntryTexts(hosts)
  const asked = areOptional ? entries.filter((entry) => entry.startsWith('file:')) : entries
  const unasked = entries.filter((entry) => hostSourceOf(entry) !== null && !asked.includes(entry))
  return new Map([
    ...unasked.map((entry) => [entry, { hosts: [], problems: [] }] as const),
    ...(await readHostSources(asked, place)),
    ...(flags.hosts === undefined ? [] : await readFlagSources(flags.hosts, place)),
  ])
}

function problemsError(all: readonly string[], hint: string | null): ConfigError {
  const more = all.length - MAX_PROBLEMS
  const problems = more <= 0 ? all : [...all.slice(0, MAX_PROBLEMS), `and ${more} more problems`]
  return new ConfigError(problems.join('; '), { problems, hint })
}

function holdsPassword(path: string, text: string): boolean {
  return collectSettings({ path, text, env: {}, flags: {} }).settings.has('ssh_password')
}

/** The text of a config.yml, whatever it means; null: there is none. */
export async function readConfigText(path: string): Promise<string | null> {
  return (await readFileIfAny(path))?.text ?? null
}

async function readFileIfAny(path: string): Promise<{ text: string; mode: number } | null> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    const { mode, size } = await handle.stat()
    if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes, more than any configuration`)
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile()), mode }
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR')) return null
    throw new ConfigError(`reading ${shown(path)}: ${readingProblem(thrown)}`, { cause: thrown })
  } finally {
    await handle?.close()
  }
}

function readingProblem(thrown: unknown): string {
  if (hasCode(thrown, 'EACCES') || hasCode(thrown, 'EPERM')) return 'permission denied'
  if (hasCode(thrown, 'EISDIR')) return 'it is a directory'
  if (hasCode(thrown, 'ERR_ENCODING_INVALID_ENCODED_DATA')) return 'it is not UTF-8 text'
  return shown(asError(thrown).message)
}

function hostsOf(
  settings: Settings,
  input: { readonly path: string | null; readonly flags: ConfigFlags; readonly sources?: HostSources },
): HostsReading {
  const source = shown(input.path ?? 'config.yml')
  const sources = input.sources ?? new Map()
  const setting = settings.get('hosts')
  if (setting !== undefined) return readHosts(setting.value, source, sources)
  if (input.flags.hosts !== undefined) return readHostsFlag(input.flags.hosts, sources)
  const problems = [`${source}: hosts: is missing; list the hosts to profile, or local`]
  return { hosts: [], problems, sourceProblems: [] }
}

function devicesOf(settings: Settings, ofFlag: DeviceSelection | null) {
  const read = (key: string, fallback: DeviceSelection) => {
    const setting = settings.get(key)
    if (setting === undefined) return { selection: ofFlag ?? fallback, problems: [] }
    return readDevices(setting.value, setting.label)
  }
  const filesystems = read('filesystem_names', DEFAULTS.filesystems)
  const interfaces = read('net_interfaces', DEFAULTS.interfaces)
  const gpus = read('gpus', DEFAULTS.gpus)
  const infiniband = read('infiniband', DEFAULTS.infiniband)
  return {
    selections: {
      filesystems: filesystems.selection,
      interfaces: interfaces.selection,
      gpus: gpus.selection,
      infiniband: infiniband.selection,
    },
    problems: [filesystems, interfaces, gpus, infiniband].flatMap((reading) => reading.problems),
  }
}

function configOf(readings: ReturnType<typeof readScalars>['readings']): Omit<Config, 'hosts'> {
  return {
    ...DEFAULTS,
    intervalSec: readings.intervalSec.value,
    durationSec: readings.durationSec.value,
    maxSizeBytes: readings.maxSizeBytes.value,
    concurrency: readings.concurrency.value,
    connectTimeoutMs: readings.connectTimeoutMs.value,
    remoteDir: readings.remoteDir.value,
    collector: readings.collector.value,
    plot: { formats: readings.formats.value, layout: readings.layout.value, theme: readings.theme.value },
    ssh: {
      gateways: readings.gateways.value,
      username: readings.username.value,
      password: readings.password.value,
      passwordEnv: readings.passwordEnv.value,
      port: readings.port.value,
      identityFile: readings.identityFile.value,
      hostKeyChecking: readings.hostKeyChecking.value,
      connect: readings.connect.value,
    },
  }
}
