/** What this machine offers: the programs a cluster is made of, and whether it may make namespaces. */
import { spawnSync } from 'node:child_process'
import { programPath } from './program-path.js'

function succeeds(argv: readonly string[]): boolean {
  const [file = '', ...words] = argv
  return spawnSync(file, words, { stdio: 'ignore' }).status === 0
}

let isolation: boolean | null = null

/** True where hosts can have namespaces of their own: as root, with iproute2, where `unshare` is not refused. */
export function canIsolate(): boolean {
  isolation ??=
    process.getuid?.() === 0 &&
    programPath('ip') !== null &&
    programPath('nsenter') !== null &&
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
