/** What `run` does once the data are here: each step is a command of its own, which can be repeated. */
import { asResult } from '../combine.js'
import type { CommandContext, CommandResult } from '../context.js'
import { parseCommand } from '../parse.js'
import { plotCommand } from '../plot.js'
import { summaryCommand } from '../summary.js'
import { countSamples, warnOfFewSamples } from './few-samples.js'

/** How the job went, for what is said about its samples. */
export interface JobTimes {
  readonly ranSec: number
  readonly intervalSec: number
}

/** Parses, draws and judges; what `run` shows at its end is what the last of these gives. `take` gets each result as it comes. */
export async function afterwards(
  context: CommandContext,
  times: JobTimes,
  take: (result: CommandResult) => void,
): Promise<void> {
  const parsed = await asResult(() => parseCommand(context, { withPlot: false }))
  take(parsed)
  if (parsed.error !== undefined) return
  const samples = await countSamples(context.directory)
  warnOfFewSamples(context, { ...times, samples })
  if (samples === 0) return
  take(await asResult(() => plotCommand(context, {})))
  take(await asResult(() => summaryCommand(context, {})))
}
