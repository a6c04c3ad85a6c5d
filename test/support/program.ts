/** Runs `bin/clusterp.js` as a user does, each test in folders of its own, and looks at what it left behind. */
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../bin/clusterp.js', import.meta.url))
const PRELOAD = new URL('./kill-at.js', import.meta.url).href
/** Carried by everything that a test's clusterp begets, so that what it left can be found in /proc. */
const MARK = 'TEST_PLACE'

/** Folders of one test: where the user stands, and the node's remote_dir. */
export interface Place {
  readonly root: string
  readonly directory: string
  readonly remoteDir: string
}

/** How a run of the program ended; `json` is the last line of stdout where it is an object, else null. */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly json: Record<string, unknown> | null
}

/** Where kill-at.js ends the program; see there. */
export type KillPlan = Readonly<Record<string, unknown>>

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly kill?: KillPlan
  /** A Ctrl-C as a terminal sends it, to the whole process group, after this many milliseconds. */
  readonly interruptAfterMs?: number
  /** Nobody reads what it prints, as after `| true`. */
  readonly isUnheard?: boolean
  /** Where the user stands, if not in the place's directory. */
  readonly cwd?: string
}

/** What every config of these tests holds; a test adds lines of its own. */
export function configText(place: Place, more = ''): string {
  return `hosts: [local]\nfilesystem_names: auto\nnet_interfaces: auto\ninterval: 1\nremote_dir: ${place.remoteDir}\nplot: {formats: [svg]}\n${more}`
}

/** Those of this test file, until `removePlaces`. */
export const places: Place[] = []

/** New empty folders. `more`: lines added to config.yml; null: no config.yml. */
export async function newPlace(more: string | null = ''): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'clusterp-test-'))
  const place = { root, directory: join(root, 'work'), remoteDir: join(root, 'node') }
  places.push(place)
  await mkdir(place.directory, { mode: 0o700 })
  await mkdir(place.remoteDir, { mode: 0o700 })
  if (more !== null)
    await writeFile(join(place.directory, 'config.yml'), configText(place, more), { mode: 0o600 })
  return place
}

/** A place that begins with a copy of what another's working directory holds. */
export async function copiedPlace(from: Place): Promise<Place> {
  const place = await newPlace(null)
  await cp(from.directory, place.directory, { recursive: true })
  await writeFile(join(place.directory, 'config.yml'), configText(place), { mode: 0o600 })
  return place
}

/** For `afterAll`: ends what failed tests left running, then removes every folder. */
export async function removePlaces(): Promise<void> {
  for (const place of places.splice(0)) {
    for (const { pid } of await processesOf(place)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself meanwhile.
      }
    }
    await rm(place.root, { recursive: true, force: true })
  }
}

/** The environment of a user who has set nothing that clusterp reads. */
function plainEnv(): NodeJS.ProcessEnv {
  const isOurs = (key: string): boolean => key.startsWith('CLUSTERP_') || key === 'NO_COLOR'
  const kept = Object.entries(process.env).filter(([key]) => !isOurs(key))
  return { ...Object.fromEntries(kept), TZ: 'UTC' }
}

/** Runs `clusterp WORDS…` and waits for its end. */
export async function clusterp(
  place: Place,
  words: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const { kill, interruptAfterMs } = options
  const env = {
    ...plainEnv(),
    [MARK]: place.root,
    ...(kill === undefined ? {} : { TEST_KILL: JSON.stringify(kill) }),
    ...options.env,
  }
  const preload = kill === undefined ? [] : ['--import', PRELOAD]
  const child = spawn(process.execPath, [...preload, PROGRAM, ...words], {
    cwd: options.cwd ?? place.directory,
    env,
    // A group of its own: a Ctrl-C must not reach the tests.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  const timer =
    interruptAfterMs === undefined || pid === undefined
      ? undefined
      : setTimeout(() => process.kill(-pid, 'SIGINT'), interruptAfterMs)
  if (options.isUnheard === true) {
    child.stdout.destroy()
    child.stderr.destroy()
  }
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const ended = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', () => clearTimeout(timer))
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  return { ...ended, stdout, stderr, json: lastObject(stdout) }
}

function lastObject(stdout: string): Record<string, unknown> | null {
  const last = stdout.trimEnd().split('\n').at(-1) ?? ''
  return last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : null
}

/** A process that a test's clusterp begot. */
export interface Found {
  readonly pid: number
  readonly command: string
  /** Carries the mark of a logger and leads a session of its own: a logger, or the waiter that becomes one. */
  readonly isLogger: boolean
}

/** Every living process that descends from a place's runs of clusterp, loggers and scripts. */
export async function processesOf(place: Place): Promise<readonly Found[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map((pid) => lookAt(pid, place)))
  return found.filter((one) => one !== null)
}

async function lookAt(pid: string, place: Place): Promise<Found | null> {
  try {
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
    if (!environment.includes(`${MARK}=${place.root}`)) return null
    // 4711 (sadc) S 1 4711 4711 0 …: state, parent, group, session
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const [state, , , session] = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
    if (state === 'Z' || state === 'X') return null
    const isMarked = environment.some((entry) => entry.startsWith('CLUSTERP_LOGGER='))
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').slice(0, 80)
    return { pid: Number(pid), command, isLogger: isMarked && session === pid }
  } catch {
    // It ended while it was looked at, or is another user's.
    return null
  }
}

/** Pids of the loggers that run, sorted. */
export async function loggersOf(place: Place): Promise<readonly number[]> {
  const found = await processesOf(place)
  return found
    .filter((one) => one.isLogger)
    .map((one) => one.pid)
    .sort((a, b) => a - b)
}

/** Every file below a folder with its text, by relative path. */
export async function filesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  const pairs = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name)
    const text = entry.isSymbolicLink() ? await readlink(path) : await readFile(path, 'latin1')
    return [path.slice(folder.length + 1), text] as const
  })
  return Object.fromEntries((await Promise.all(pairs)).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The session.json of a folder, as it lies on the disk. */
export async function sessionOf(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(folder, 'session.json'), 'utf8')) as Record<string, unknown>
}

/** Rows of a CSV by column name. */
export function rowsOf(csv: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...lines] = csv.trimEnd().split('\n')
  const names = head.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']))
  })
}
