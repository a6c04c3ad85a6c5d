/** From what lies in the folder of a session to what its charts share. */
import type { ChartContext } from '../../charts/charts.js'
import { listSome } from '../../charts/select.js'
import { ConfigError } from '../../errors.js'
import type { Config, Mark, RawEvent, Session } from '../../model.js'
import type { FoundFiles } from '../analysing/files.js'
import type { CommandContext } from '../context.js'
import { plural } from '../phrases.js'
import { elapsedZeroMs } from '../starting/agree.js'
import type { PlotOptions, PlotSettings } from './settings.js'
import { parseMoment } from './span.js'

/** Everything that the charts of a session are drawn by, but its tables. */
export interface ChartInputs extends FoundFiles {
  /** End of what is drawn where nothing else was asked for, epoch milliseconds. */
  readonly toMs: number
  readonly context: Pick<CommandContext, 'zoneOffsetMinutes'>
  readonly session: Session | null
  readonly config: Config | null
  readonly options: PlotOptions
  readonly settings: PlotSettings
  readonly marks: readonly Mark[]
  readonly events: readonly RawEvent[]
}

/** What all charts share. */
export function chartContext(inputs: ChartInputs): ChartContext {
  const { context, session, options, settings, files } = inputs
  const firstMs = files.reduce((first, { span }) => Math.min(first, span.fromMs), Number.POSITIVE_INFINITY)
  const zeroMs = elapsedZeroMs(session?.startMs ?? firstMs)
  const zoneOffsetMinutes = context.zoneOffsetMinutes(zeroMs)
  const frame = { zeroMs, zoneOffsetMinutes, marks: inputs.marks }
  // The first sample of a slow logger is as wide as its interval, and reaches back before the start.
  const fromMs = options.from === undefined ? zeroMs : parseMoment('from', options.from, frame)
  const toMs = options.to === undefined ? inputs.toMs : parseMoment('to', options.to, frame)
  if (toMs <= fromMs) throw new ConfigError('plot: --to is not after --from')
  return {
    hosts: inputs.hosts,
    startMs: zeroMs,
    rangeMs: [fromMs, toMs],
    intervalSec: session?.intervalSec ?? files[0]?.span.intervalSec ?? 1,
    zoneOffsetMinutes,
    marks: inputs.marks,
    events: inputs.events,
    theme: settings.theme,
    layout: settings.layout,
    sort: settings.sort,
    size: settings.size,
    notes: notesOf(inputs),
    captions: captionsOf(inputs),
    sessionName: session?.name ?? null,
    ...(settings.only === null ? {} : { only: settings.only }),
  }
}

/** True when not all hosts or not the whole time is drawn: such pictures do not take the place of the whole ones. */
export function isSelection({ options, hosts, absent, hostCount }: ChartInputs): boolean {
  const isPartOfHosts = hosts.length + absent.length < hostCount
  return isPartOfHosts || options.from !== undefined || options.to !== undefined
}

function partialHosts({ session, hosts }: ChartInputs): readonly { label: string; problem: string }[] {
  return (session?.hosts ?? [])
    .filter(({ name, problems }) => problems.length > 0 && hosts.some((drawn) => drawn.name === name))
    .map(({ name, alias, problems }) => ({ label: alias ?? name, problem: problems[0] ?? '' }))
}

function notesOf(inputs: ChartInputs): readonly string[] {
  const { hosts, hostCount } = inputs
  const part = hosts.length < hostCount ? [`${hosts.length} of ${hostCount} hosts`] : []
  const partial = partialHosts(inputs).length
  return partial === 0 ? part : [...part, `${plural(partial, 'host')} partial`]
}

/** Below each plot: whose data are not whole, and of whom there are none. */
function captionsOf(inputs: ChartInputs): readonly string[] {
  const partial = partialHosts(inputs)
  const [only] = partial
  const captions: string[] = []
  if (only !== undefined && partial.length === 1) {
    captions.push(`Partial data: ${only.label} (${only.problem})`)
  } else if (partial.length > 0) {
    captions.push(`Partial data: ${listSome(partial.map(({ label }) => label))}`)
  }
  const absent = inputs.absent.map(({ name, alias }) => alias ?? name)
  return absent.length === 0 ? captions : [...captions, `No data: ${listSome(absent)}`]
}
