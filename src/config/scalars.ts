import type { Config, PlotFormat } from '../model.js'
import { parseConnect } from './command.js'
import { DEFAULTS } from './defaults.js'
import { isUserName, parseAddress, splitHostList } from './hosts.js'
import { mustBe, type Parsed, parseDurationSec, parseSizeBytes, parseWhole, parseWord } from './quantities.js'
import { isSecretKey, isVariableName } from './secrets.js'
import type { ScalarKey, Settings } from './settings.js'
import { described, shown } from './show.js'

/** A dozen files share a node's bytes: below this a share is less than the 512-byte block that `ulimit -f` counts. */
const MIN_SIZE_BYTES = 10_000
/** Ten years: a logger's count of samples stays within 31 bits at an interval of 1 s. */
const MAX_DURATION_SEC = 3650 * 86_400
/** A day: a timer of Node holds at most 2^31 ms, some 24 days. */
const MAX_TIMEOUT_SEC = 86_400
const MAX_CONCURRENCY = 10_000
const MAX_PORT = 65_535

// What this version draws: asking for more is told before the job, not after it.
const FORMATS = ['svg', 'png', 'pdf', 'eps'] as const
const LAYOUTS = ['auto', 'lines', 'facets', 'heatmap', 'band'] as const

/** A value, the default where it was wrong, and the problems found. */
interface Reading<T> {
  readonly value: T
  readonly problems: readonly string[]
}

/** Reads every key that holds a value of its own, against its limits; `problems` are whole sentences. */
export function readScalars(settings: Settings) {
  const { ssh, plot } = DEFAULTS
  const readings = {
    gateways: one(settings, 'ssh_gateway', parseGateways, ssh.gateways),
    username: one(settings, 'ssh_username', parseUser, ssh.username),
    password: one<string | null>(settings, 'ssh_password', parsePassword, ssh.password),
    passwordEnv: one(settings, 'ssh_password_env', parseVariable, ssh.passwordEnv),
    port: one(settings, 'ssh_port', parsePort, ssh.port),
    identityFile: one(settings, 'ssh_identity_file', parsePath, ssh.identityFile),
    hostKeyChecking: one(
      settings,
      'ssh_host_key_checking',
      (text) => parseWord(text, ['strict', 'accept-new', 'off'] as const),
      ssh.hostKeyChecking,
    ),
    connect: one(settings, 'connect', parseConnect, ssh.connect),
    intervalSec: one(settings, 'interval', parseInterval, DEFAULTS.intervalSec),
    durationSec: one(settings, 'duration', parseLease, DEFAULTS.durationSec),
    maxSizeBytes: one(settings, 'max_size', parseSize, DEFAULTS.maxSizeBytes),
    concurrency: one(settings, 'concurrency', parseConcurrency, DEFAULTS.concurrency),
    connectTimeoutMs: one(settings, 'connect_timeout', parseTimeoutMs, DEFAULTS.connectTimeoutMs),
    remoteDir: one(settings, 'remote_dir', parseRemoteDir, DEFAULTS.remoteDir),
    collector: one(
      settings,
      'collector',
      (text) => parseWord(text, ['auto', 'sar', 'proc'] as const),
      DEFAULTS.collector,
    ),
    layout: one(settings, 'plot.layout', (text) => parseWord(text, LAYOUTS), plot.layout),
    theme: one(settings, 'plot.theme', (text) => parseWord(text, ['light', 'dark'] as const), plot.theme),
    formats: readFormats(settings),
  }
  return { readings, problems: Object.values(readings).flatMap((reading) => reading.problems) }
}

function one<T>(
  settings: Settings,
  key: ScalarKey,
  parse: (text: string) => Parsed<T>,
  fallback: T,
): Reading<T> {
  const setting = settings.get(key)
  if (setting === undefined) return { value: fallback, problems: [] }
  if (typeof setting.value !== 'string') {
    const advice = isSecretKey(key) ? '; put it in quotes' : ''
    return {
      value: fallback,
      problems: [`${setting.label}: must be a single value, got ${described(setting.value)}${advice}`],
    }
  }
  const parsed = parse(setting.value)
  if ('value' in parsed) return { value: parsed.value, problems: [] }
  return { value: fallback, problems: [`${setting.label}: ${parsed.problem}`] }
}

function readFormats(settings: Settings): Reading<Config['plot']['formats']> {
  const setting = settings.get('plot.formats')
  const fallback = DEFAULTS.plot.formats
  if (setting === undefined) return { value: fallback, problems: [] }
  const words = typeof setting.value === 'string' ? splitHostList(setting.value) : setting.value
  if (!Array.isArray(words) || words.length === 0) {
    const found = Array.isArray(words) ? 'nothing' : described(words)
    return {
      value: fallback,
      problems: [`${setting.label}: must list some of ${FORMATS.join(', ')}, got ${found}`],
    }
  }
  const formats = new Set<PlotFormat>()
  const problems: string[] = []
  for (const [index, word] of words.entries()) {
    const format: Parsed<PlotFormat> =
      typeof word === 'string' ? parseWord(word, FORMATS) : mustBe(FORMATS.join(', '), word)
    if ('value' in format) formats.add(format.value)
    else problems.push(`${setting.label}[${index}]: ${format.problem}`)
  }
  return { value: problems.length > 0 ? fallback : [...formats], problems }
}

function parseGateways(text: string): Parsed<readonly string[]> {
  const gateways = text.split(',').map((item) => item.trim())
  for (const gateway of gateways) {
    const address = parseAddress(gateway)
    if ('problem' in address) return address
  }
  return { value: gateways }
}

function parseUser(text: string): Parsed<string> {
  return isUserName(text) ? { value: text } : mustBe('a login name without blanks or shell signs', text)
}

// As written, but for the line end that a block (`|`) or a file brings along and nobody can type.
function parsePassword(text: string): Parsed<string> {
  return { value: text.replace(/[\r\n]+$/, '') }
}

function parseVariable(text: string): Parsed<string> {
  if (isVariableName(text)) return { value: text }
  // Somebody may have put the password itself here, so it is not repeated.
  return { problem: 'must be the name of an environment variable (letters, digits and _), not the password' }
}

function parsePort(text: string): Parsed<number> {
  return parseWhole(text, { min: 1, max: MAX_PORT, allowed: `a port, 1 to ${MAX_PORT}` })
}

function parsePath(text: string): Parsed<string> {
  return /\p{Cc}/u.test(text) ? mustBe('a path without control characters', text) : { value: text }
}

function parseInterval(text: string): Parsed<number> {
  return parseSeconds(text, 'a whole number of seconds, 1 or more')
}

function parseLease(text: string): Parsed<number> {
  return parseSeconds(text, 'a time such as 7d, 12h, 90m, 10s or 3600 (seconds)')
}

function parseSeconds(text: string, allowed: string): Parsed<number> {
  const value = parseDurationSec(text)
  if (value === null || !Number.isInteger(value) || value < 1) return mustBe(allowed, text)
  return value <= MAX_DURATION_SEC ? { value } : mustBe('3650d or less', text)
}

function parseTimeoutMs(text: string): Parsed<number> {
  const seconds = parseDurationSec(text)
  if (seconds === null || seconds <= 0) return mustBe('a time above 0 such as 10s or 1m', text)
  return seconds <= MAX_TIMEOUT_SEC ? { value: Math.round(seconds * 1000) } : mustBe('1d or less', text)
}

function parseSize(text: string): Parsed<number> {
  const value = parseSizeBytes(text)
  if (value === null) return mustBe('a size such as 1GB, 500MB, 2GiB or 1000000 (bytes)', text)
  if (value > Number.MAX_SAFE_INTEGER) return mustBe('less than 9000TB', text)
  return value >= MIN_SIZE_BYTES ? { value } : mustBe(`${MIN_SIZE_BYTES / 1000}kB or more`, text)
}

function parseConcurrency(text: string): Parsed<number> {
  return parseWhole(text, {
    min: 1,
    max: MAX_CONCURRENCY,
    allowed: `a whole number, 1 to ${MAX_CONCURRENCY}`,
  })
}

function parseRemoteDir(text: string): Parsed<string> {
  if (!text.startsWith('/')) return mustBe('an absolute path such as /var/tmp', text)
  if (/\p{Cc}/u.test(text)) return { problem: `holds a control character: "${shown(text)}"` }
  if (text.split('/').includes('..')) return { problem: `must hold no "..", got "${shown(text)}"` }
  return { value: text.replace(/\/+$/, '') || '/' }
}
