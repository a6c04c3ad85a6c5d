/** What can be made different on one host: programs, zone, language, clock. */
import { findFaketime } from './requirements.js'
import type { Sshd } from './sshd.js'

export type OnHost = (argv: readonly string[]) => Promise<string>

/** Where programs lie that a script may find without PATH, too. */
const FOLDERS = [
  ...['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
  ...['/usr/lib/sysstat', '/usr/lib/sa', '/usr/lib64/sa', '/usr/lib64/sysstat', '/usr/libexec/sysstat'],
]

const HIDE = `set -eu
printf '' >/run/hidden
chmod 0 /run/hidden
for name in "$@"; do
  for folder in ${FOLDERS.join(' ')}; do
    if [ -x "$folder/$name" ]; then mount --bind /run/hidden "$folder/$name"; fi
  done
done`

/** Puts a file that nobody can execute in the place of each program. */
export async function hidePrograms(onHost: OnHost, programs: readonly string[]): Promise<void> {
  await onHost(['sh', '-c', HIDE, 'sh', ...programs])
}

const ZONE = `set -eu
[ -f "/usr/share/zoneinfo/$1" ] || { echo "no zone $1: apt-get install tzdata" >&2; exit 1; }
rm -f /etc/localtime
ln -s "/usr/share/zoneinfo/$1" /etc/localtime
echo "$1" >/etc/timezone`

/** /etc/localtime and /etc/timezone. */
export async function changeZone(onHost: OnHost, zone: string): Promise<void> {
  await onHost(['sh', '-c', ZONE, 'sh', zone])
}

// A locale is made in a folder of the host's own: /usr/lib/locale is the machine's.
const LOCALE = `set -eu
squash() { tr -d - | tr A-Z a-z; }
wanted=$(echo "$1" | squash)
locale -a 2>/dev/null | squash | grep -qxF "$wanted" && exit 0
mkdir -p /run/locale
cp -a /usr/lib/locale/. /run/locale/
mount --bind /run/locale /usr/lib/locale
localedef -i "\${1%.*}" -f "\${1#*.}" "/usr/lib/locale/$1"`

/** LANG and LC_ALL of new sessions. Needs the package `locales` unless the machine has the locale. */
export async function changeLocale(onHost: OnHost, sshd: Sshd, locale: string): Promise<void> {
  await onHost(['sh', '-c', LOCALE, 'sh', locale])
  await sshd.setVariable('LANG', locale)
  await sshd.setVariable('LC_ALL', locale)
}

/** A wrong clock for new sessions; null where libfaketime is not installed. */
export function skewing(
  sshdOf: (host: string) => Sshd,
): ((host: string, seconds: number) => Promise<void>) | null {
  const library = findFaketime()
  if (library === null) return null
  return async (host, seconds) => {
    await sshdOf(host).setVariable('LD_PRELOAD', library)
    await sshdOf(host).setVariable('FAKETIME', `${seconds < 0 ? '' : '+'}${seconds}`)
  }
}
