/** What this machine offers: the programs a cluster is made of, and whether it may make namespaces. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where sshd lies on systems that keep it out of a user's PATH. */
const MORE_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin']

/** Absolute path of a program, as sshd demands for itself; null when it is not installed. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS]
  const paths = folders.filter((folder) => folder.startsWith('/')).map((folder) => join(folder, name))
  return paths.find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Absent, or not for us.
    return false
  }
}

function succeeds(argv: readonly string[]): boolean {
  const [file = '', ...words] = argv
  return spawnSync(file, words, { stdio: 'ignore' }).status === 0
}

let isolation: boolean | null = null

/** True where hosts can have namespaces of their own: as root, with iproute2, where `unshare` is not refused. */
export function canIsolate(): boolean {
  isolation ??=
    process.getuid?.() === 0 &&
    findProgram('ip') !== null &&
    findProgram('nsenter') !== null &&
    succeeds([
      'unshare',
      '--mount',
      '--net',
      '--pid',
      '--uts',
      '--ipc',
      '--fork',
      'mount',
      '-t',
      'tmpfs',
      't',
      '/mnt',
    ])
  return isolation
}

let bootTime: boolean | null = null

/** True where a host can have an uptime of its own (time namespaces: Linux 5.6, util-linux 2.36). */
export function canSetUptime(): boolean {
  bootTime ??= succeeds(['unshare', '--time', '--boottime', '1', '--fork', 'true'])
  return bootTime
}

/** Path of libfaketime; null when it is not installed. */
export function findFaketime(): string | null {
  const listing = spawnSync('sh', [
    '-c',
    'ls /usr/lib*/faketime/libfaketime.so.1 /usr/lib/*/faketime/libfaketime.so.1',
  ])
  return listing.stdout.toString().split('\n')[0] || null
}
