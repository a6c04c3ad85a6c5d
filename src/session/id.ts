/** What a session id looks like: `YYYYMMDD-HHMMSS-` (UTC) and 8 hex digits. */
export const SESSION_ID = /^(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-[0-9a-f]{8}$/

/** Bytes of randomness in an id: 8 hex digits. */
const RANDOM_BYTES = 4

/** A new session id for a session made at `now`, such as `20260314-092653-0badcafe`. */
export function newSessionId(now: Date, random: (bytes: number) => Uint8Array): string {
  const [day = '', time = ''] = now.toISOString().slice(0, 19).split('T')
  const hex = Buffer.from(random(RANDOM_BYTES)).toString('hex')
  return `${day.replaceAll('-', '')}-${time.replaceAll(':', '')}-${hex}`
}

/** True for the name of a session, and so of its folder below sessions/. */
export function isSessionId(text: string): boolean {
  return SESSION_ID.test(text)
}

/** When a session with this id was made, epoch milliseconds (whole seconds); null when it is no session id. */
export function sessionIdTimeMs(id: string): number | null {
  const match = SESSION_ID.exec(id)
  if (match === null) return null
  const [, year, month, day, hour, minute, second] = match
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(timeMs) ? null : timeMs
}
