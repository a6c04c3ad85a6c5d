/** Host lists that stand somewhere else: the nodes of a Slurm or PBS job, or the lines of a file. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { asError, hasCode } from '../errors.js'
import { readHostFile, type SourceReading } from './host-file.js'
import { expandRange, splitHostList } from './hosts.js'
import type { Parsed } from './quantities.js'
import type { Environment } from './settings.js'
import { described, shown } from './show.js'

/** What an entry such as `slurm:4711` stands for. */
export type HostSource =
  | { readonly kind: 'slurm'; readonly jobId: string | null }
  | { readonly kind: 'pbs' }
  | { readonly kind: 'file'; readonly path: string }

/** What was read for each entry that is a source, by the entry as written. */
export type HostSources = ReadonlyMap<string, SourceReading>

/** Where sources are looked for. */
export interface SourcePlace {
  readonly env: Environment
  /** The config file: `file:PATH` begins in its folder. */
  readonly configPath: string
}

const SCONTROL_TIMEOUT_MS = 10_000
/** A job of 10 000 nodes, one name a line. */
const SCONTROL_OUTPUT_CAP = 4_000_000
/** States of a job whose nodes are its own now (squeue(1), JOB STATE CODES). */
const HOLDS_NODES = /^(?:RUNNING|SUSPENDED|CONFIGURING|STOPPED|RESIZING|SIGNALING|STAGE_OUT)/

/** The source that an entry of `hosts` names; null when the entry is an ordinary host. */
export function hostSourceOf(text: string): Parsed<HostSource> | null {
  const [, word, value] = /^(slurm|pbs|file)(?::(.*))?$/s.exec(text) ?? []
  if (word === 'file') {
    if (value === undefined) return null
    return value === ''
      ? { problem: 'needs a path, as in file:hosts.txt' }
      : { value: { kind: 'file', path: value } }
  }
  if (word === 'pbs') {
    return value === undefined
      ? { value: { kind: 'pbs' } }
      : { problem: 'pbs stands alone: the job is the one it runs in' }
  }
  if (word !== 'slurm') return null
  if (value === undefined) return { value: { kind: 'slurm', jobId: null } }
  // 123_4 is a task of an array, 123+1 a part of a heterogeneous job.
  if (/^\d{1,15}(?:[_+]\d{1,9})?$/.test(value)) return { value: { kind: 'slurm', jobId: value } }
  return { problem: 'a job is a number, as in slurm:4711' }
}

/** Reads each entry that is a source; other entries are left out of the answer. Never throws for what it finds. */
export async function readHostSources(entries: readonly string[], place: SourcePlace): Promise<HostSources> {
  const read = [...new Set(entries)].map(async (entry): Promise<[string, SourceReading] | null> => {
    const source = hostSourceOf(entry)
    if (source === null || 'problem' in source) return null
    return [entry, await readSource(source.value, place)]
  })
  return new Map((await Promise.all(read)).filter((pair) => pair !== null))
}

/** As `readHostSources`, for what was typed after `--hosts`. */
export function readFlagSources(hosts: string, place: SourcePlace): Promise<HostSources> {
  return readHostSources(splitHostList(hosts), place)
}

async function readSource(source: HostSource, { env, configPath }: SourcePlace): Promise<SourceReading> {
  if (source.kind === 'file') return readListFile(filePath(source.path, configPath, env))
  if (source.kind === 'slurm') return source.jobId === null ? readOwnJob(env) : readJob(source.jobId, env)
  const path = env.PBS_NODEFILE
  if (path !== undefined && path !== '') return readListFile(path)
  return failed('PBS_NODEFILE is not set; pbs is for inside a PBS job (qsub)')
}

function failed(problem: string): SourceReading {
  return { hosts: [], problems: [problem] }
}

function filePath(path: string, configPath: string, env: Environment): string {
  const home = env.HOME
  if (home !== undefined && /^~(?:\/|$)/.test(path)) return join(home, path.slice(1))
  return isAbsolute(path) ? path : join(dirname(configPath), path)
}

async function readListFile(path: string): Promise<SourceReading> {
  try {
    return readHostFile(await readFile(path), shown(path))
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR'))
      return failed(`there is no file ${shown(path)}`)
    if (hasCode(thrown, 'EISDIR')) return failed(`${shown(path)} is a directory`)
    return failed(`${shown(path)} cannot be read: ${shown(asError(thrown).message)}`)
  }
}

/** The job that this runs in, as Slurm tells it: `n[1-3,7],m[01-02]x[1-2]`. */
async function readOwnJob(env: Environment): Promise<SourceReading> {
  const list = env.SLURM_JOB_NODELIST || env.SLURM_NODELIST || ''
  if (list !== '') return expandNodeLists([list], env)
  return failed(
    'SLURM_JOB_NODELIST is not set; slurm is for inside a job (sbatch, salloc), from outside name it: slurm:JOBID',
  )
}

/** Any job, by what scontrol prints: `JobId=4711 … JobState=RUNNING … NodeList=n[1-3] …`, a line for each part. */
async function readJob(jobId: string, env: Environment): Promise<SourceReading> {
  const answer = await runScontrol(['show', 'job', jobId, '-o'], env)
  if ('problem' in answer) return failed(answer.problem)
  const parts = answer.value.split('\n').filter((line) => line.includes('JobState='))
  const holding = parts.filter((line) => HOLDS_NODES.test(fieldOf(line, 'JobState') ?? ''))
  const lists = holding.map((line) => fieldOf(line, 'NodeList')).filter((list) => list !== null)
  if (lists.length > 0) return expandNodeLists([...new Set(lists)], env)
  const states = [...new Set(parts.map((line) => fieldOf(line, 'JobState')))].filter(
    (state) => state !== null,
  )
  return failed(`job ${jobId} has no nodes now (${states.map(shown).join(', ') || 'its state is unknown'})`)
}

function fieldOf(line: string, name: string): string | null {
  const value = new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(line)?.[1]
  return value === undefined || value === '(null)' ? null : value
}

async function expandNodeLists(lists: readonly string[], env: Environment): Promise<SourceReading> {
  const list = lists.join(',')
  const answer = await runScontrol(['show', 'hostnames', list], env)
  if ('value' in answer) {
    const names = answer.value.split('\n').map((line) => line.trim())
    return readHostFile(Buffer.from(names.join('\n')), `what scontrol made of ${described(list)}`)
  }
  // Without a scontrol that works: the notation is the one that --hosts has.
  const hosts: string[] = []
  for (const item of splitHostList(list)) {
    const range = expandRange(item)
    if ('problem' in range) return failed(`the node list ${described(list)}: ${range.problem}`)
    hosts.push(...range.value.map(({ text }) => text))
  }
  return readHostFile(Buffer.from(hosts.join('\n')), `the node list ${described(list)}`)
}

function runScontrol(words: readonly string[], env: Environment): Promise<Parsed<string>> {
  const options = { env: { ...env }, timeout: SCONTROL_TIMEOUT_MS, maxBuffer: SCONTROL_OUTPUT_CAP }
  return new Promise((resolve) => {
    execFile('scontrol', words, options, (error, stdout, stderr) => {
      if (error === null) resolve({ value: stdout })
      else if (hasCode(error, 'ENOENT')) resolve({ problem: 'there is no scontrol program here to ask' })
      else if (error.killed)
        resolve({ problem: `scontrol gave no answer in ${SCONTROL_TIMEOUT_MS / 1000} s` })
      else resolve({ problem: `scontrol: ${shown(stderr.trim().split('\n')[0] || error.message)}` })
    })
  })
}
