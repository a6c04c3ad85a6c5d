/** What a working directory holds of a recorded session, besides its tables. */
import { readConfigIfAny } from '../../config/config.js'
import type { Config, Mark, NodeMeta, RawEvent, Session } from '../../model.js'
import { readEvents } from '../../session/events.js'
import { readMarks } from '../../session/marks.js'
import { readMeta } from '../../session/meta.js'
import { readSessionFile } from '../../session/store.js'
import type { CommandContext } from '../context.js'
import { elapsedZeroMs } from '../starting/agree.js'
import { type FoundFiles, findFiles } from './files.js'

/** A recorded session: which CSVs there are, and all that is needed to judge them. */
export interface Recorded extends FoundFiles {
  readonly directory: string
  /** null: someone else's files without session.json, as `config`. */
  readonly session: Session | null
  readonly config: Config | null
  readonly marks: readonly Mark[]
  /** What happened on the wanted hosts, in order of time. */
  readonly events: readonly RawEvent[]
  /** Of every wanted host; null where nothing is known of it. */
  readonly metaOf: ReadonlyMap<string, NodeMeta | null>
  /** Where elapsed time counts from, epoch milliseconds; the first moment that is judged. */
  readonly fromMs: number
  /** End of the last sample of any host; of a node that could not be stopped with the others, not beyond their stop. */
  readonly toMs: number
  readonly intervalSec: number
}

/** Finds what `context.directory` holds; `doing` is the command. Throws a SessionError when there is no CSV with rows. */
export async function readRecorded(
  context: Pick<CommandContext, 'directory' | 'flags' | 'env' | 'configPath' | 'report'>,
  doing: string,
): Promise<Recorded> {
  const { directory } = context
  const session = await readSessionFile(directory, 'session.json')
  const loaded = await readConfigIfAny({ path: context.configPath, env: context.env, flags: {} })
  const config = loaded?.config ?? null
  const found = await findFiles(context, { doing, session, config })
  const { files, hosts } = found
  const firstMs = files.reduce((first, { span }) => Math.min(first, span.fromMs), Number.POSITIVE_INFINITY)
  const { marks } = await readMarks(directory)
  const isWanted = new Set(hosts.map(({ name }) => name))
  const events = (await readEvents(directory)).filter(({ host }) => isWanted.has(host))
  return {
    ...found,
    directory,
    session,
    config,
    marks,
    events,
    metaOf: await readMetas(context, session, isWanted),
    fromMs: elapsedZeroMs(session?.startMs ?? firstMs),
    toMs: lastMoment(files, session),
    intervalSec: session?.intervalSec ?? files[0]?.span.intervalSec ?? 1,
  }
}

/** End of the session, epoch milliseconds. A node that was cut off at `stop` goes on sampling until it is met again: that is no part of it. */
export function lastMoment(
  files: readonly Pick<FoundFiles['files'][number], 'span'>[],
  session: Session | null,
): number {
  const lastMs = files.reduce((last, { span }) => Math.max(last, span.toMs), Number.NEGATIVE_INFINITY)
  const { stoppedMs, startMs, intervalSec } = session ?? {}
  if (!stoppedMs || !startMs || !intervalSec) return lastMs
  return Math.min(lastMs, Math.max(stoppedMs, startMs) + intervalSec * 1000)
}

/** Of each host its raw/meta file, else what session.json holds. */
async function readMetas(
  context: Pick<CommandContext, 'directory' | 'report'>,
  session: Session | null,
  names: Iterable<string>,
): Promise<ReadonlyMap<string, NodeMeta | null>> {
  const metas = new Map<string, NodeMeta | null>()
  for (const name of names) {
    const { meta, warning } = await readMeta(context.directory, name)
    if (warning !== null) context.report({ kind: 'warning', text: warning })
    metas.set(name, meta ?? session?.hosts.find((host) => host.name === name)?.meta ?? null)
  }
  return metas
}
