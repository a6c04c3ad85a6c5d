/** Sessions with a cause planted in them: what the analysis has to find is known. */
import type { AnalysisContext, FindingKind, VerdictKind } from '../../src/analysis/finding.js'
import type { NodeMeta, Resource, Table } from '../../src/model.js'
import { gaussians } from './noise.js'
import { type Cause, PLANS, type Plan, QUIET } from './planted-causes.js'
import { all, LINK_BYTES, LINK_MBIT, type Moment, tablesOf } from './planted-tables.js'

export const START_MS = Date.UTC(2026, 2, 1, 12, 0, 0, 500)
const CPUS = 8

/** What the verdict has to be. */
export interface Expected {
  readonly kind: VerdictKind & (FindingKind | 'none')
  readonly resource: Resource | null
  readonly device: string | null
  readonly hosts: readonly string[]
}

export interface Planted {
  readonly context: AnalysisContext
  readonly tables: readonly Table[]
  readonly expected: Expected
}

export interface Planting {
  readonly cause: Cause
  readonly intervalSec?: number
  readonly samples?: number
  /** Relative standard deviation of every value. */
  readonly noise?: number
  readonly seed?: number
  /** Share of the time for which the cause holds; the unlike nodes are so all the time. */
  readonly share?: number
  /** Other than the cause's own number. */
  readonly hostCount?: number
  /** The second host has no samples for a twentieth of the time. */
  readonly hasGap?: boolean
}

/** The cause begins after the second tenth of the session, as far as it is short enough. */
const FROM = 0.2
const USUAL_SHARE = 0.6

/** A session with a cause. The same planting gives the same session. */
export function plant(planting: Planting): Planted {
  const {
    cause,
    intervalSec = 1,
    samples = 120,
    noise = 0,
    seed = 1,
    hasGap = false,
    share = USUAL_SHARE,
  } = planting
  const plan = PLANS[cause]
  const { hostCount = plan.hostCount } = planting
  const culprits = plan.culprits(hostCount)
  const random = gaussians(seed)
  const noisy = (value: number): number => value * (1 + noise * random())
  const names = all(hostCount).map((index) => `node${index + 1}`)
  const tables = names.flatMap((name, index) => {
    const isCulprit = culprits.includes(index)
    const kept = all(samples).filter(
      (row) => !(hasGap && index === 1 && row >= 0.5 * samples && row < 0.55 * samples),
    )
    const moments = kept.map((row) => {
      const holds = plan.always === true || isPlanted(row / samples, share)
      const moment = { ...QUIET, ...plan.usual, ...(isCulprit && holds ? plan.planted : {}) }
      return noise === 0 ? moment : withNoise(moment, noisy)
    })
    const timeMs = Float64Array.from(kept, (row) => START_MS + (row + 1) * intervalSec * 1000)
    return tablesOf(name, timeMs, intervalSec, moments)
  })
  return {
    context: {
      hosts: names.map((name) => ({ name, meta: metaOf(name, plan), notes: [] })),
      fromMs: START_MS,
      toMs: START_MS + samples * intervalSec * 1000,
      intervalSec,
      marks: [],
      events: [],
      failedHosts: [],
    },
    tables,
    expected: {
      kind: plan.kind,
      resource: plan.resource,
      device: plan.device ?? null,
      hosts: culprits.map((index) => names[index] ?? ''),
    },
  }
}

/** True at a moment (0 to 1) of the session at which the cause holds. */
function isPlanted(moment: number, share: number): boolean {
  const from = Math.min(FROM, 1 - share)
  return moment >= from && moment < from + share
}

/** The most that each figure of a moment can be. */
const MOST: Readonly<Record<Exclude<keyof Moment, 'throttling'>, number>> = {
  cpu: 100,
  core: 100,
  iowait: 100,
  steal: 100,
  runQueue: Number.POSITIVE_INFINITY,
  memory: 100,
  swapPages: Number.POSITIVE_INFINITY,
  disk: 100,
  diskQueue: Number.POSITIVE_INFINITY,
  awaitMs: Number.POSITIVE_INFINITY,
  netIn: LINK_BYTES,
  netOut: LINK_BYTES,
  rdma: 100,
  gpu: 100,
}
const FIGURES = Object.keys(MOST) as readonly (keyof typeof MOST)[]

function withNoise(moment: Moment, noisy: (value: number) => number): Moment {
  const changed = { ...moment }
  for (const figure of FIGURES) {
    const value = moment[figure]
    if (value !== null) changed[figure] = Math.min(MOST[figure], Math.max(0, noisy(value)))
  }
  return changed
}

function metaOf(host: string, plan: Plan): NodeMeta {
  return {
    host,
    node_name: host,
    kernel: '6.1.0',
    cpus: CPUS,
    memory_total_bytes: 64 * 2 ** 30,
    sysstat_version: '12.6.1',
    driver_version: null,
    collector: 'sar',
    interfaces: {
      em1: {
        speed_mbit_per_s: LINK_MBIT,
        duplex: 'full',
        is_up: true,
        is_physical: true,
        bond: null,
        is_bond: false,
      },
    },
    disks: {},
    disk_names: {},
    default_interface: 'em1',
    zone: '+0000',
    clock_ticks_per_s: 100,
    wall_minus_uptime_s: null,
    ...(plan.usual?.rdma === undefined
      ? {}
      : {
          infiniband: {
            'mlx5_0/1': {
              rate_gbit_per_s: 100,
              state: 'ACTIVE',
              link_layer: 'InfiniBand',
              is_readable: true,
            },
          },
        }),
  }
}
