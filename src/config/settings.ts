import { isSecretKey } from './secrets.js'
import { described, didYouMean, shown } from './show.js'
import { parseYaml, type YamlMap, type YamlValue } from './yaml.js'

/** Keys that hold one value, each with its variable CLUSTERP_<KEY>; `plot.x` is `x` under `plot`. */
export const SCALAR_KEYS = [
  'ssh_gateway',
  'ssh_username',
  'ssh_password',
  'ssh_password_env',
  'ssh_port',
  'ssh_identity_file',
  'ssh_host_key_checking',
  'connect',
  'interval',
  'duration',
  'max_size',
  'concurrency',
  'connect_timeout',
  'remote_dir',
  'collector',
  'plot.layout',
  'plot.theme',
] as const
export type ScalarKey = (typeof SCALAR_KEYS)[number]

/** Keys that hold lists of hosts or devices: inside them, keys are names that the user chose. */
export const NAME_LIST_KEYS = ['hosts', 'filesystem_names', 'net_interfaces', 'gpus', 'infiniband'] as const
const PLOT_KEYS = ['formats', 'layout', 'theme'] as const

/** Every key that may stand at the left margin of config.yml. */
export const TOP_KEYS: readonly string[] = [
  ...SCALAR_KEYS.filter((key) => !key.startsWith('plot.')),
  ...NAME_LIST_KEYS,
  'plot',
]

/** What was typed on the command line and stands above file and environment. */
export interface ConfigFlags {
  readonly hosts?: string | undefined
  readonly interval?: string | undefined
  readonly duration?: string | undefined
}

export type Environment = Readonly<Record<string, string | undefined>>

/** A value that somebody set; `label` says where, as messages begin: `config.yml: interval`, `CLUSTERP_INTERVAL`. */
export interface Setting {
  readonly value: YamlValue
  readonly label: string
  readonly origin: 'flag' | 'environment' | 'file'
}

export type Settings = ReadonlyMap<string, Setting>

/** Lays flags over environment over file; what was left empty is not set. Throws only when the YAML is broken. */
export function collectSettings(input: {
  readonly path: string | null
  readonly text: string | null
  readonly env: Environment
  readonly flags: ConfigFlags
}): {
  readonly settings: Settings
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
} {
  const source = shown(input.path ?? 'config.yml')
  const file = fileSettings(parseYaml(input.text ?? '', source), source)
  const settings = new Map(file.settings)
  const environment = environmentSettings(input.env)
  // The two are one choice: a password from the environment puts aside either form of it in the file.
  if (environment.has('ssh_password') || environment.has('ssh_password_env')) {
    settings.delete('ssh_password')
    settings.delete('ssh_password_env')
  }
  for (const [key, setting] of environment) settings.set(key, setting)
  for (const key of ['interval', 'duration'] as const) {
    const value = input.flags[key]
    if (value !== undefined) settings.set(key, { value, label: `--${key}`, origin: 'flag' })
  }
  return { settings, problems: file.problems, warnings: file.warnings }
}

/** Name of the environment variable of a key: `ssh_port` is CLUSTERP_SSH_PORT, `plot.theme` CLUSTERP_PLOT_THEME. */
export function variableOf(key: ScalarKey): string {
  return `CLUSTERP_${key.replace('.', '_').toUpperCase()}`
}

function environmentSettings(env: Environment): Map<string, Setting> {
  const settings = new Map<string, Setting>()
  for (const key of SCALAR_KEYS) {
    const label = variableOf(key)
    const value = env[label]
    if (value !== undefined && value !== '') settings.set(key, { value, label, origin: 'environment' })
  }
  return settings
}

function fileSettings(file: YamlMap, source: string) {
  const settings = new Map<string, Setting>()
  const problems: string[] = []
  const warnings: string[] = []
  for (const [key, value] of file) {
    if (typeof key !== 'string' || !TOP_KEYS.includes(key)) {
      problems.push(`${source}: ${unknownKey(key, TOP_KEYS)}`)
    } else if (key === 'plot') {
      const plot = plotSettings(value, `${source}: plot`)
      for (const [plotKey, setting] of plot.settings) settings.set(plotKey, setting)
      problems.push(...plot.problems)
    } else if (value !== null && value !== '') {
      settings.set(key, { value, label: `${source}: ${key}`, origin: 'file' })
    } else if (key === 'ssh_password') {
      const advice = 'a value that begins with # or & needs quotes'
      warnings.push(`${source}: ssh_password is there but empty, so no password is used; ${advice}`)
    }
  }
  return { settings, problems, warnings }
}

function plotSettings(
  value: YamlValue,
  label: string,
): { settings: Map<string, Setting>; problems: string[] } {
  const settings = new Map<string, Setting>()
  if (value === null) return { settings, problems: [] }
  if (!(value instanceof Map)) {
    const allowed = 'must hold keys, as in {formats: [svg, png], layout: auto}'
    return { settings, problems: [`${label}: ${allowed}, got ${described(value)}`] }
  }
  const problems: string[] = []
  for (const [key, plotValue] of value) {
    if (typeof key !== 'string' || !PLOT_KEYS.some((known) => known === key)) {
      problems.push(`${label}.${unknownKey(key, PLOT_KEYS)}`)
    } else if (plotValue !== null && plotValue !== '') {
      settings.set(`plot.${key}`, { value: plotValue, label: `${label}.${key}`, origin: 'file' })
    }
  }
  return { settings, problems }
}

function unknownKey(key: YamlValue, known: readonly string[]): string {
  if (typeof key !== 'string') return `a key must be a text, got ${described(key)}`
  // In {ssh_password:secret} the missing blank makes the secret part of the key.
  const name = isSecretKey(key) ? (/^[\w-]*/.exec(key)?.[0] ?? '') : key
  return `${shown(name)}: unknown key${didYouMean(name, known)}`
}
