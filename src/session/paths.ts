import { join, resolve } from 'node:path'
import { SessionError } from '../errors.js'
import type { PlotFormat, Resource } from '../model.js'

/** The two names a session file can have: `session.starting.json` while an earlier session still lies in place. */
export type SessionFile = 'session.json' | 'session.starting.json'

/** Folders below raw/ that are no resource of their own but feed one. */
export const CORES_FOLDER = 'cpu-cores'
export const SYSSTAT_FOLDER = 'sysstat'
export const META_FOLDER = 'meta'

/** Every path of one working directory, absolute; functions refuse names that are no single file name. */
export interface SessionPaths {
  readonly directory: string
  readonly config: string
  readonly log: string
  readonly session: string
  readonly starting: string
  readonly lock: string
  readonly marks: string
  readonly runJson: string
  /** Where the job of `run` notes marks; there only while it runs. */
  readonly runMarks: string
  readonly report: string
  readonly raw: string
  readonly parsed: string
  /** What happened on the nodes, found by `parse`: restarts, comments, clock steps, what GPUs said. */
  readonly events: string
  readonly plot: string
  readonly sessions: string
  readonly sessionFile: (file: SessionFile) => string
  readonly rawFile: (resource: Resource, host: string) => string
  readonly coresFile: (host: string) => string
  readonly sysstatFile: (host: string) => string
  readonly metaFile: (host: string) => string
  readonly parsedFile: (resource: Resource, host: string) => string
  /** `folder` is a resource, or null for a plot of no single resource such as `overview`. */
  readonly plotFile: (folder: Resource | null, name: string, format: PlotFormat) => string
  readonly archived: (id: string) => string
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/

/** Says why `name` cannot name a file of a session; null when it can. */
export function fileNameProblem(name: string): string | null {
  if (name === '') return 'is empty'
  if (name.includes('/')) return 'contains "/"'
  if (name.includes('..')) return 'contains ".."'
  if (name.startsWith('.')) return 'begins with "."'
  if (CONTROL.test(name)) return 'contains a control character'
  return null
}

/** Returns `name` (`what` says of what) unchanged, or throws a SessionError when it cannot name a file. */
export function safeFileName(what: string, name: string): string {
  const problem = fileNameProblem(name)
  if (problem === null) return name
  throw new SessionError(`naming a file: the ${what} ${JSON.stringify(name)} ${problem}`, {
    hint: `change the ${what} in config.yml`,
  })
}

/** All paths of the session in `directory` (DESIGN "Files"); nothing is looked up on the disk. */
export function sessionPaths(directory: string): SessionPaths {
  const root = resolve(directory)
  const sessionFile = (file: SessionFile): string => join(root, file)
  const inRaw = (folder: string, host: string, ending = ''): string =>
    join(root, 'raw', folder, safeFileName('host name', host) + ending)
  return {
    directory: root,
    config: join(root, 'config.yml'),
    log: join(root, 'clusterp.log'),
    session: sessionFile('session.json'),
    starting: sessionFile('session.starting.json'),
    lock: join(root, 'session.lock'),
    marks: join(root, 'marks.jsonl'),
    runJson: join(root, 'run.json'),
    runMarks: join(root, 'run.marks'),
    report: join(root, 'report.html'),
    raw: join(root, 'raw'),
    parsed: join(root, 'parsed'),
    events: join(root, 'parsed', 'events.jsonl'),
    plot: join(root, 'plot'),
    sessions: join(root, 'sessions'),
    sessionFile,
    rawFile: (resource, host) => inRaw(resource, host),
    coresFile: (host) => inRaw(CORES_FOLDER, host),
    sysstatFile: (host) => inRaw(SYSSTAT_FOLDER, host, '.sa.gz'),
    metaFile: (host) => inRaw(META_FOLDER, host, '.json'),
    parsedFile: (resource, host) => join(root, 'parsed', resource, `${safeFileName('host name', host)}.csv`),
    plotFile: (folder, name, format) =>
      join(root, 'plot', folder ?? '', `${safeFileName('plot name', name)}.${format}`),
    archived: (id) => join(root, 'sessions', safeFileName('session id', id)),
  }
}
