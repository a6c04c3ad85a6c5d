import type { ChartContext } from '../src/charts/charts.js'
import type { Table } from '../src/model.js'

/** When every example session starts, epoch milliseconds. */
export const START_MS: number

/** An example session: how many samples, how far apart, with how many GPUs, and whether its third host has a gap. */
export interface ExampleSession {
  readonly hostCount: number
  readonly samples: number
  readonly intervalSec: number
  readonly gpus?: number
  readonly hasGap?: boolean
}

export function exampleTables(host: string, index: number, session: ExampleSession): readonly Table[]

export function exampleContext(
  hostNames: readonly string[],
  session: Pick<ExampleSession, 'samples' | 'intervalSec'> & Partial<ChartContext>,
): ChartContext
