/** The causes that are planted, and what the verdict on them has to be. */
import type { FindingKind, VerdictKind } from '../../src/analysis/finding.js'
import type { Resource } from '../../src/model.js'
import { all, LINK_BYTES, type Moment } from './planted-tables.js'

export const CAUSES = [
  'cpu',
  'core',
  'disk',
  'network',
  'rdma',
  'memory',
  'gpu starved',
  'gpu throttled',
  'slow node',
  'two slow nodes',
  'idle node',
  'steal',
  'none',
] as const
export type Cause = (typeof CAUSES)[number]

/** What a host does beside any cause. */
export const QUIET: Moment = {
  cpu: 40,
  core: 60,
  iowait: 2,
  steal: 0,
  runQueue: 3,
  memory: 35,
  swapPages: 0,
  disk: 12,
  diskQueue: 0.3,
  awaitMs: 2,
  netIn: 8e7,
  netOut: 1e8,
  rdma: null,
  gpu: null,
  throttling: 'none',
}

export interface Plan {
  readonly hostCount: number
  /** What hosts do beside the cause. */
  readonly usual?: Partial<Moment>
  /** What the hosts with the cause do while it holds. */
  readonly planted: Partial<Moment>
  /** Hosts with the cause, by their place among `count`. */
  readonly culprits: (count: number) => readonly number[]
  readonly always?: boolean
  readonly kind: VerdictKind & (FindingKind | 'none')
  readonly resource: Resource | null
  readonly device?: string
}

const FULL_DISK = { disk: 99, diskQueue: 12, awaitMs: 40, iowait: 30, cpu: 20, core: 35 }

export const PLANS: Readonly<Record<Cause, Plan>> = {
  cpu: {
    hostCount: 8,
    planted: { cpu: 99, core: 100, iowait: 0, runQueue: 14 },
    culprits: all,
    kind: 'bottleneck',
    resource: 'cpu',
  },
  core: {
    hostCount: 8,
    usual: { cpu: 10, core: 15 },
    planted: { cpu: 14, core: 100 },
    culprits: all,
    kind: 'bottleneck',
    resource: 'cpu',
    device: 'core',
  },
  disk: {
    hostCount: 8,
    planted: FULL_DISK,
    culprits: all,
    kind: 'bottleneck',
    resource: 'disk',
    device: 'DATA',
  },
  network: {
    hostCount: 8,
    planted: { cpu: 22, core: 40, netOut: 0.96 * LINK_BYTES, netIn: 0.2 * LINK_BYTES },
    culprits: (count) => all(count - 1),
    kind: 'bottleneck',
    resource: 'network',
    device: 'em1',
  },
  rdma: {
    hostCount: 8,
    usual: { rdma: 10 },
    planted: { cpu: 30, rdma: 97 },
    culprits: all,
    kind: 'bottleneck',
    resource: 'infiniband',
    device: 'mlx5_0',
  },
  memory: {
    hostCount: 8,
    planted: { memory: 97, swapPages: 3000, ...FULL_DISK },
    culprits: all,
    kind: 'bottleneck',
    resource: 'memory',
  },
  'gpu starved': {
    hostCount: 4,
    usual: { gpu: 80 },
    planted: { gpu: 15, ...FULL_DISK },
    culprits: all,
    kind: 'starvation',
    resource: 'gpu',
  },
  'gpu throttled': {
    hostCount: 4,
    usual: { gpu: 99 },
    planted: { gpu: 99, throttling: 'sw_power_cap|hw_thermal_slowdown' },
    culprits: all,
    kind: 'throttling',
    resource: 'gpu',
  },
  'slow node': {
    hostCount: 8,
    usual: { cpu: 70, core: 80 },
    planted: { cpu: 35, core: 50, netOut: 5e7, netIn: 4e7 },
    culprits: () => [2],
    always: true,
    kind: 'straggler',
    resource: 'cpu',
  },
  'two slow nodes': {
    hostCount: 16,
    usual: { cpu: 70, core: 80 },
    planted: { cpu: 35, core: 50 },
    culprits: () => [4, 11],
    always: true,
    kind: 'straggler',
    resource: 'cpu',
  },
  'idle node': {
    hostCount: 8,
    usual: { cpu: 60, core: 80 },
    planted: { cpu: 1, core: 2, runQueue: 0, disk: 0.1, diskQueue: 0, netIn: 1e4, netOut: 1e4 },
    culprits: () => [5],
    always: true,
    kind: 'idle',
    resource: 'cpu',
  },
  steal: {
    hostCount: 8,
    planted: { cpu: 99, core: 100, steal: 25, runQueue: 14 },
    culprits: () => [0, 3],
    kind: 'steal',
    resource: 'cpu',
  },
  none: { hostCount: 8, planted: {}, culprits: () => [], kind: 'none', resource: null },
}
