/**
 * The one shape in which anything reaches a node: a POSIX `sh` script on the standard input of `sh`.
 *
 *   _clusterp_marker='clusterp-0f3a…'
 *   _clusterp_interval='10'
 *   _clusterp_main() {
 *     …
 *   }
 *   _clusterp_main
 *
 * Cut anywhere in transit it does nothing: a quoted value or a function cut in the middle is a syntax error, and every
 * word outside the function begins with `_clusterp_`, so that no prefix of one is a command.
 */
import { quote } from './quote.js'
import { shellFile } from './shell-files.js'

export interface NodeScript {
  /** Values the body reads as `$_clusterp_<key>`. */
  readonly variables: Readonly<Record<string, string>>
  /** Shell lines of the call. Every command in them has its standard input from /dev/null or a pipe. */
  readonly body: string
}

const MARKER_BYTES = 8

/** Marker of one call: 64 random bits, so that no output of a node can be taken for it. */
export function newMarker(random: (bytes: number) => Uint8Array): string {
  return `clusterp-${Buffer.from(random(MARKER_BYTES)).toString('hex')}`
}

/** The text sent to `sh`: output stands between `MARKER BEGIN` and `MARKER END <exit code of the body>`. */
export function scriptText(script: NodeScript, marker: string): string {
  const variables = Object.entries({ ...script.variables, marker }).map(
    ([key, value]) => `_clusterp_${key}=${quote(value)}`,
  )
  return [
    ...variables,
    '_clusterp_main() {',
    'umask 077; set -f',
    'LC_ALL=C; export LC_ALL; unset LANGUAGE TZ S_TIME_FORMAT S_COLORS',
    'PATH="$PATH:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"; export PATH',
    shellFile('functions.sh'),
    '_clusterp_body() {',
    script.body,
    '}',
    // The leading newline ends whatever a login banner left unfinished.
    `printf '\\n%s BEGIN\\n' "$_clusterp_marker"`,
    '_clusterp_body',
    `printf '\\n%s END %s\\n' "$_clusterp_marker" "$?"`,
    'return 0',
    '}',
    '_clusterp_main',
    '',
  ].join('\n')
}
