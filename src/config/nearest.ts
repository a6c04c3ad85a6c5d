/** Share of a word's length that may be mistyped: one letter in three. */
const LETTERS_PER_EDIT = 3
/** A beginning this long is taken for the short form of a longer name, such as `node03` of `node03.example.org`. */
const MIN_PREFIX_LENGTH = 3

/**
 * Number of edits (insert, delete, replace, swap of neighbours) from one word to the other: the optimal string
 * alignment distance.
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const replaced = (last[column - 1] ?? 0) + (isSame ? 0 : 1)
      let best = Math.min(replaced, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
      const isSwap =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (isSwap) best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1)
      current.push(best)
    }
    beforeLast = last
    last = current
  }
  return last[to.length] ?? 0
}

/** The candidate that was probably meant by a mistyped word, ignoring case; null when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase()
  const allowed = Math.max(1, Math.floor(wanted.length / LETTERS_PER_EDIT))
  let best: { candidate: string; distance: number } | null = null
  const extended: string[] = []
  for (const candidate of candidates) {
    const folded = candidate.toLowerCase()
    if (wanted.length >= MIN_PREFIX_LENGTH && folded.startsWith(wanted)) extended.push(candidate)
    // The length alone already tells most candidates apart, and is cheap for 10 000 hosts.
    if (Math.abs(folded.length - wanted.length) > allowed) continue
    const distance = editDistance(wanted, folded)
    if (distance <= allowed && (best === null || distance < best.distance)) best = { candidate, distance }
  }
  if (best !== null) return best.candidate
  return extended.length === 1 ? (extended[0] ?? null) : null
}
