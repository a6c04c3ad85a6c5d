/** Reading an expression such as `cpu.iowait_pct.p95 < 20`, with the place and the choice of what is wrong in it. */
import { columnNames } from '../data/columns.js'
import { RESOURCES, type Resource } from '../model.js'

export const STATISTICS = ['mean', 'median', 'p95', 'peak', 'min'] as const
export type Statistic = (typeof STATISTICS)[number]
export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!='

/** What an expression asks of every host, or of a length of time. */
export type AssertedValue =
  | {
      readonly kind: 'column'
      readonly resource: Resource
      /** Alias or name; null: every device of the host. */
      readonly device: string | null
      readonly column: string
      readonly statistic: Statistic
    }
  /** Length of the whole run or of the phase, seconds. */
  | { readonly kind: 'length'; readonly of: 'run' | 'phase' }

export interface Assertion {
  /** As typed. */
  readonly expression: string
  readonly asked: AssertedValue
  readonly operator: Operator
  /** In the column's unit. */
  readonly limit: number
}

/** What is wrong in an expression. `word` is what was found there, `choices` what it may have been meant to be. */
export interface AssertionProblem {
  /** Where it stands in the expression, from 1. */
  readonly character: number
  readonly problem: string
  readonly word: string
  readonly choices: readonly string[]
}

/** GPU processes come and go with each sample, so that a host has no figure of them. */
const ASSERTED: readonly Resource[] = RESOURCES.filter((resource) => resource !== 'gpu-processes')
const STATISTIC_WORDS = [...STATISTICS, 'max'] as const
const LENGTHS = ['run', 'phase'] as const
const LENGTH_COLUMN = 'length_s'
/** What a resource may be called in an expression. */
export const SUBJECTS: readonly string[] = [...ASSERTED, ...LENGTHS]

/** The expression, or the first thing that is wrong in it. */
export function parseAssertion(expression: string): Assertion | AssertionProblem {
  const match = /^(\s*)(.*?)\s*(<=|>=|==|!=|<|>|=|!)\s*(.*?)\s*$/s.exec(expression)
  if (match === null) {
    return problemAt(expression.length + 1, 'has no comparison: <, <=, >, >=, == or != and a number', '')
  }
  const [, blanks = '', path = '', sign = '', amount = ''] = match
  const at = blanks.length + 1
  const asked = parsePath(path, at)
  if ('problem' in asked) return asked
  const signAt = expression.indexOf(sign, at - 1 + path.length) + 1
  const operator = operatorOf(sign)
  if (operator === null) return problemAt(signAt, `"${sign}" is no comparison`, sign, ['==', '!='])
  const limitAt = expression.indexOf(amount, signAt - 1 + sign.length) + 1
  const limit = parseLimit(amount, unitOf(asked), limitAt)
  return typeof limit === 'number' ? { expression, asked, operator, limit } : limit
}

function operatorOf(sign: string): Operator | null {
  return sign === '=' || sign === '!' ? null : (sign as Operator)
}

function problemAt(
  character: number,
  problem: string,
  word: string,
  choices: readonly string[] = [],
): AssertionProblem {
  return { character, problem, word, choices }
}

// cpu.iowait_pct.p95        disk.OS.utilization_pct.peak        network.eth0.100.in_bytes_per_s.mean
/** What stands left of the sign; a device may hold dots, as everything around it is known. */
function parsePath(path: string, at: number): AssertedValue | AssertionProblem {
  const words = path.split('.')
  const [subject = ''] = words
  if (!SUBJECTS.includes(subject)) {
    const what = path === '' ? 'nothing stands before the comparison' : `there is no resource "${subject}"`
    return problemAt(at, what, subject, SUBJECTS)
  }
  const afterSubject = at + subject.length + 1
  if (subject === 'run' || subject === 'phase') {
    const rest = words.slice(1).join('.')
    if (rest === LENGTH_COLUMN) return { kind: 'length', of: subject }
    return problemAt(afterSubject, `${subject} has no "${rest}"`, rest, [LENGTH_COLUMN])
  }
  const resource = subject as Resource
  const columns = columnNames(resource, 'number')
  if (words.length < 3) return tooShort(words, afterSubject, columns)
  const statistic = words.at(-1) ?? ''
  const column = words.at(-2) ?? ''
  const device = words.slice(1, -2).join('.')
  const statisticAt = at + path.length - statistic.length
  const columnAt = statisticAt - 1 - column.length
  if (!columns.includes(column)) {
    return problemAt(columnAt, `${resource} has no column "${column}"`, column, columns)
  }
  if (!isStatistic(statistic)) {
    return problemAt(statisticAt, `there is no statistic "${statistic}"`, statistic, STATISTIC_WORDS)
  }
  if (device !== '' && !hasDevices(resource)) {
    return problemAt(afterSubject, `${resource} has no devices such as "${device}"`, device)
  }
  return {
    kind: 'column',
    resource,
    device: device === '' ? null : device,
    column,
    statistic: statistic === 'max' ? 'peak' : statistic,
  }
}

function tooShort(words: readonly string[], at: number, columns: readonly string[]): AssertionProblem {
  const [resource = '', second = ''] = words
  if (second === '') return problemAt(at, `of ${resource} it names no column`, '', columns)
  if (columns.includes(second)) {
    const end = at + second.length
    return problemAt(end, `of ${resource}.${second} it names no statistic`, '', STATISTIC_WORDS)
  }
  return problemAt(at, `${resource} has no column "${second}"`, second, columns)
}

function isStatistic(word: string): word is Statistic | 'max' {
  return (STATISTIC_WORDS as readonly string[]).includes(word)
}

function hasDevices(resource: Resource): boolean {
  return columnNames(resource, 'device').length > 0
}

/** Units that may stand behind a number, and what one of them is in the column's own. */
type Units = Readonly<Record<string, number>>

const BYTES: Units = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}
const SECONDS: Units = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600, d: 86_400 }
/** By the ending of the column's name; the first that fits. */
const UNITS_BY_ENDING: readonly (readonly [ending: string, units: Units])[] = [
  ['_pct', { '%': 1 }],
  ['_bytes_per_s', { ...BYTES, ...perSecond(BYTES) }],
  ['_bytes', BYTES],
  ['_per_s', { '/s': 1 }],
  ['_ms', { ms: 1, s: 1000 }],
  ['_s', SECONDS],
  ['_watts', { W: 1, kW: 1000 }],
  ['_celsius', { '°C': 1, C: 1 }],
  ['_mhz', { MHz: 1, GHz: 1000 }],
]

function perSecond(units: Units): Units {
  return Object.fromEntries(Object.entries(units).map(([unit, factor]) => [`${unit}/s`, factor]))
}

function unitOf(asked: AssertedValue): Units {
  const column = asked.kind === 'length' ? LENGTH_COLUMN : asked.column
  return UNITS_BY_ENDING.find(([ending]) => column.endsWith(ending))?.[1] ?? {}
}

function parseLimit(amount: string, units: Units, at: number): number | AssertionProblem {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(.*)$/is.exec(amount)
  if (match === null) {
    const what = amount === '' ? 'no number stands after the comparison' : `"${amount}" is no number`
    return problemAt(at, what, '')
  }
  const [, digits = '', unit = ''] = match
  if (unit === '') return Number(digits)
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  if (factor !== undefined) return Number(digits) * factor
  const known = Object.keys(units)
  const unitAt = at + amount.length - unit.length
  const allowed = known.length === 0 ? 'this column takes a plain number' : `allowed are ${known.join(' ')}`
  return problemAt(unitAt, `"${unit}" is no unit of this column (${allowed})`, unit, known)
}
