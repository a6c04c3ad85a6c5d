import { z } from 'zod'
import type { HostState, NodeMeta, Session, SessionHost, SessionState } from '../model.js'
import { isSessionId } from './id.js'
import { fileNameProblem } from './paths.js'
import { HOST_STATES, SESSION_STATES } from './states.js'

// Loose objects: a key of a later clusterp is carried along, not lost, when an earlier one rewrites the file.
// In the node's own words an absent key is "not known", so that a file copied from elsewhere still helps.

const text = z.string()
const textOrNull = text.nullable().default(null)
const numberOrNull = z.number().nullable().default(null)

const interfaceSchema = z.looseObject({
  speed_mbit_per_s: numberOrNull,
  duplex: z.enum(['full', 'half']).nullable().default(null),
  is_up: z.boolean(),
  is_physical: z.boolean(),
  bond: textOrNull,
  is_bond: z.boolean().default(false),
})

const portSchema = z.looseObject({
  rate_gbit_per_s: numberOrNull,
  state: text.default(''),
  link_layer: textOrNull,
  is_readable: z.boolean().default(false),
})

/** What raw/meta/<host>.json must look like. */
export const nodeMetaSchema: z.ZodType<NodeMeta> = z.looseObject({
  host: text,
  node_name: text.default(''),
  kernel: text.default(''),
  cpus: numberOrNull,
  memory_total_bytes: numberOrNull,
  sysstat_version: textOrNull,
  driver_version: textOrNull,
  collector: z.enum(['sar', 'proc']),
  interfaces: z.record(text, interfaceSchema).default({}),
  disks: z.record(text, z.looseObject({ number: text, is_physical: z.boolean() })).default({}),
  disk_names: z.record(text, text).default({}),
  default_interface: textOrNull,
  zone: textOrNull,
  clock_ticks_per_s: numberOrNull,
  wall_minus_uptime_s: numberOrNull,
  infiniband: z.record(text, portSchema).exactOptional(),
  gpu_count: z.number().exactOptional(),
})

const clockSchema = z.looseObject({
  atMs: z.number(),
  offsetMs: z.number(),
  uncertaintyMs: z.number(),
  uptimeSec: z.number(),
  wallMinusUptimeSec: z.number(),
})

const loggerSchema = z.looseObject({
  name: text.min(1),
  pid: z.int().positive(),
  startTicks: text.regex(/^\d+$/, 'must be digits'),
})

const loginSchema = z.looseObject({
  hostName: text.min(1),
  user: text,
  port: z.int().min(1).max(65535),
  gateways: z.array(text),
  passwordGateways: z.array(text).default([]),
  fingerprint: text.nullable(),
})

const hostNameSchema = text.refine((name) => fileNameProblem(name) === null, 'cannot name a file')

/** What one host in session.json must look like. */
export const sessionHostSchema: z.ZodType<SessionHost> = z.looseObject({
  name: hostNameSchema,
  alias: text.nullable(),
  isLocal: z.boolean(),
  hostname: text.min(1),
  user: text.nullable(),
  port: z.int().min(1).max(65535).nullable(),
  state: z.enum(HOST_STATES satisfies readonly HostState[]),
  number: z.int().positive(),
  remotePath: text.startsWith('/', 'must begin with "/"').nullable(),
  login: loginSchema.nullable().default(null),
  bootId: text.nullable(),
  armLastUptimeSec: z.number().nullable(),
  startUptimeSec: z.number().nullable(),
  collector: z.enum(['sar', 'proc']).nullable(),
  extras: z.array(text).default([]),
  loggers: z.array(loggerSchema),
  clock: z.looseObject({ start: clockSchema.nullable(), stop: clockSchema.nullable() }),
  meta: nodeMetaSchema.nullable(),
  lateSec: z.number().nullable(),
  problems: z.array(text),
  notes: z.array(text).default([]),
  error: z.looseObject({ message: text, hint: text.nullable() }).nullable(),
})

const hostsSchema = z
  .array(sessionHostSchema)
  .refine((hosts) => new Set(hosts.map((host) => host.name)).size === hosts.length, 'a host is named twice')

const runSchema = z.looseObject({
  command: z.array(text),
  startedMs: numberOrNull,
  endedMs: numberOrNull,
  exitCode: numberOrNull,
  signal: textOrNull,
  leaseEndMs: numberOrNull,
})

/** What session.json must look like. */
export const sessionSchema: z.ZodType<Session> = z.looseObject({
  version: z.literal(1),
  id: text.refine(isSessionId, 'must be YYYYMMDD-HHMMSS- and 8 hex digits'),
  name: text.nullable(),
  state: z.enum(SESSION_STATES satisfies readonly SessionState[]),
  createdMs: z.number(),
  startMs: z.number().nullable(),
  stoppedMs: z.number().nullable(),
  intervalSec: z.number().positive(),
  durationSec: z.number().positive(),
  controller: z.looseObject({ host: text, directory: text }),
  clusterpVersion: text,
  hosts: hostsSchema,
  run: runSchema.nullable().exactOptional(),
})

/** Problems shown of one file: enough to correct it, few enough to read. */
const PROBLEMS_SHOWN = 5

function pathText(path: readonly PropertyKey[]): string {
  const joined = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return joined.replace(/^\./, '')
}

/** What is wrong with `value`, one `path: problem` each, the first few; empty when nothing is. */
export function schemaProblems<T>(schema: z.ZodType<T>, value: unknown): readonly string[] {
  const result = schema.safeParse(value)
  if (result.success) return []
  return result.error.issues.slice(0, PROBLEMS_SHOWN).map((issue) => {
    const where = pathText(issue.path)
    return where === '' ? issue.message : `${where}: ${issue.message}`
  })
}
