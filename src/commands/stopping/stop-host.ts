import { collectorNamed, extrasNamed } from '../../collectors/index.js'
import { VERSION_LINES, versionProblem } from '../../collectors/sadf-versions.js'
import { sar } from '../../collectors/sar.js'
import { HostError } from '../../errors.js'
import type { SessionHost } from '../../model.js'
import type { FoundLogger, Halted } from '../../remote/ask.js'
import { readNodeClock } from '../../remote/clock.js'
import type { NodePlace } from '../../remote/place.js'
import { type PulledFrame, pullNode } from '../../remote/pull.js'
import { writeMeta } from '../../session/meta.js'
import { openRawTarget } from '../../session/raw.js'
import type { SessionTracker } from '../../session/tracker.js'
import { lastRecordSec } from '../starting/agree.js'
import { clearHost, haltHost, type NodeStep, placeOf } from './clear-host.js'
import { endProblems } from './logger-ends.js'

export interface StopHostRequest {
  readonly step: NodeStep
  readonly directory: string
  readonly tracker: SessionTracker
  readonly host: SessionHost
  /** Most bytes of one fetched file. */
  readonly capBytes: number
}

/** What stopping one host came to. */
export interface StoppedHost {
  /** Bytes of text fetched; 0 when there was nothing. */
  readonly bytes: number
  readonly hasData: boolean
  /** What makes its data less than whole. */
  readonly problems: readonly string[]
}

const CLOCK_ROUND_TRIPS = 5
/** Conversion and transfer: sadf's own limit is 60 s and a second per MB, for each of eleven frames. */
const PULL_TIMEOUT_MS = 60 * 60_000

/**
 * Stops, fetches and cleans one host, each step on the disk before the next; goes on from wherever an earlier command got
 * to. The node's folder is the truth about what runs there.
 */
export async function stopHost(request: StopHostRequest): Promise<StoppedHost> {
  const place = placeOf(request.host)
  if (place === null || request.host.armLastUptimeSec === null) {
    await request.tracker.updateHost(request.host.name, (host) => ({ ...host, state: 'cleaned' }))
    return { bytes: 0, hasData: false, problems: request.host.problems }
  }
  const halted = await haltHost(request.step, place)
  if (!halted.hasFolder || halted.isTombstone) return withoutFolder(request, place, halted)
  return withFolder(request, place, halted)
}

/** The folder is gone or never was: what was fetched before counts, else nothing ran there or its data are lost. */
async function withoutFolder(
  request: StopHostRequest,
  place: NodePlace,
  halted: Halted,
): Promise<StoppedHost> {
  const { host, tracker } = request
  const wasFetched = host.state === 'pulled' || host.state === 'cleaned'
  const didRun = host.loggers.length > 0
  const lost = `its folder ${host.remotePath} is gone: the data are lost`
  const problems = !wasFetched && didRun ? merged(host.problems, [lost]) : host.problems
  await clearHost(request.step, host, place, halted)
  await tracker.updateHost(host.name, (now) =>
    now.state === 'failed' ? now : { ...now, state: 'cleaned', problems, error: null },
  )
  return { bytes: 0, hasData: wasFetched, problems }
}

async function withFolder(request: StopHostRequest, place: NodePlace, halted: Halted): Promise<StoppedHost> {
  const { host, tracker, step } = request
  const session = tracker.current()
  const clock = await readNodeClock(step.transport, {
    timeoutMs: step.timeoutMs,
    random: step.context.random,
    now: step.context.now,
    roundTrips: CLOCK_ROUND_TRIPS,
    isLocal: host.isLocal,
  })
  const leaseSec = lastRecordSec(session.durationSec, session.intervalSec)
  const ends = host.state === 'pulled' ? [] : endProblems(halted, leaseSec)
  const hung = halted.leftBehind.map(
    ({ pid, state }) => `left behind pid ${pid} (state ${state}): it hangs in the kernel`,
  )
  const ended = merged(host.problems, [...ends, ...hung])
  await tracker.updateHost(host.name, (now) => ({
    ...now,
    state: now.state === 'pulled' ? 'pulled' : 'ended',
    loggers: now.loggers.length > 0 ? now.loggers : halted.loggers.map(recordOf),
    clock: { ...now.clock, stop: clock },
    problems: ended,
    notes: merged(now.notes, halted.notes),
  }))
  let frames: readonly PulledFrame[] = []
  let problems = ended
  if (host.state !== 'pulled') {
    const fetched = await fetchHost(request, place)
    frames = fetched.frames
    problems = merged(ended, [...frameProblems(frames), ...fetched.problems])
    await tracker.updateHost(host.name, (now) => ({ ...now, state: 'pulled', problems }))
  }
  await clearHost(step, host, place, halted)
  await tracker.updateHost(host.name, (now) => ({ ...now, state: 'cleaned', error: null }))
  return { bytes: frames.reduce((sum, frame) => sum + frame.rawBytes, 0), hasData: true, problems }
}

interface Fetched {
  readonly frames: readonly PulledFrame[]
  /** What kept the node's sadf from reading its file, if anything. */
  readonly problems: readonly string[]
}

async function fetchHost(request: StopHostRequest, place: NodePlace): Promise<Fetched> {
  const { host, step, directory } = request
  if (host.collector === null)
    throw new HostError(host.name, 'fetch: session.json does not say what recorded it')
  const collector = collectorNamed(host.collector)
  const recorded = [collector, ...extrasNamed(host.extras)]
  const problems: string[] = []
  const frames = await pullNode(
    step.transport,
    {
      place,
      frames: recorded.flatMap((one) => one.frames),
      frameLines: collector.frameLines,
      factLines: collector === sar ? VERSION_LINES : '',
      takeFacts: (facts) => {
        const problem = versionProblem(facts)
        if (problem !== null) problems.push(problem)
      },
      capBytes: request.capBytes,
      openTarget: (frame) =>
        openRawTarget(
          directory,
          `raw/${frame.target}/${host.name}${frame.keepAs === 'gzip' ? '.sa.gz' : ''}`,
        ),
    },
    { timeoutMs: PULL_TIMEOUT_MS, random: step.context.random, signal: step.context.signal },
  )
  if (host.meta !== null) await writeMeta(directory, host.name, host.meta)
  return { frames, problems }
}

const recordOf = ({ name, pid, startTicks }: FoundLogger) => ({ name, pid, startTicks })

/** Exit codes of `sadf` and of `timeout`. */
const CUT_FILE = 2
const TIMED_OUT = 124

/** What befell files that the node could not convert whole: one sentence for all that share it. */
export function frameProblems(frames: readonly PulledFrame[]): readonly string[] {
  const namesBySentence = new Map<string, string[]>()
  for (const { name, code } of frames) {
    const sentence = frameSentence(code)
    if (sentence !== null) namesBySentence.set(sentence, [...(namesBySentence.get(sentence) ?? []), name])
  }
  return [...namesBySentence].map(([sentence, names]) => `${names.join(', ')}: ${sentence}`)
}

function frameSentence(code: number): string | null {
  if (code === 0) return null
  if (code === CUT_FILE) return 'the binary file ends in mid-record; every whole sample is kept'
  if (code === TIMED_OUT) return 'sadf did not end in time; the binary file was fetched'
  return `sadf ended with code ${code}; the binary file was fetched`
}

/** Both lists, each sentence once. */
function merged(first: readonly string[], second: readonly string[]): readonly string[] {
  return [...new Set([...first, ...second])]
}
