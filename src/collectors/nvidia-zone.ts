import type { FileWarnings } from '../data/warnings.js'
import { ParseError } from '../errors.js'
import type { ReadContext } from './raw-context.js'

//   2018/11/30 23:29:47.115      local time of the node, without its zone; UTC where TZ=UTC was set, as clusterp does

const ZONE = /^([+-])(\d\d):?(\d\d)$/
/** A first row further outside of the session than this is not in UTC; zones differ by at least 15 minutes. */
const MOST_EARLY_MS = 15 * 60_000
const HOUR_MS = 3_600_000

/** Milliseconds east of UTC of a zone such as `+0900`; null when it is none. */
function zoneMs(zone: string | null): number | null {
  const match = ZONE.exec(zone ?? '')
  if (!match) return null
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -minutes : minutes) * 60_000
}

/**
 * What is to be added to the times of a file whose first row is `firstMs` so that they are UTC, milliseconds: 0, or the
 * node's zone taken off where only that puts the rows into the session. ParseError when nothing does.
 */
export function utcShiftMs(firstMs: number, context: ReadContext, notes: FileWarnings): number {
  const { windowMs, meta } = context
  if (windowMs === null || Number.isNaN(firstMs)) return 0
  const isInside = (timeMs: number): boolean =>
    timeMs >= windowMs[0] - MOST_EARLY_MS && timeMs <= windowMs[1] + MOST_EARLY_MS
  if (isInside(firstMs)) return 0
  const eastMs = zoneMs(meta?.zone ?? null)
  if (eastMs !== null && eastMs !== 0 && isInside(firstMs - eastMs)) {
    notes.note('zone', 0, `its times are local ones (${meta?.zone}), taken as such: TZ=UTC was not set`)
    return -eastMs
  }
  const hours = Math.abs((firstMs - windowMs[0]) / HOUR_MS).toFixed(1)
  throw new ParseError(
    `read ${notes.path}: its first row is ${hours} h away from the start of the session, and the node's zone ${
      eastMs === null ? 'is not known' : `(${meta?.zone}) does not explain it`
    }`,
    { hint: `put raw/meta/${context.host}.json of the same session beside it, or record with TZ=UTC` },
  )
}
