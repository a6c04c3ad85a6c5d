/** Phases: what lies between two marks. */
import type { Mark } from '../model.js'

/** A part of the drawn or judged span that a mark opened. */
export interface Phase {
  /** Text of the mark that opened it; null: what lies before the first mark, or a session without marks. */
  readonly name: string | null
  /** Unlike that of any other phase: `name`, with ` (2)`, ` (3)` … where several marks have the same text; `before "FIRST"` or `whole run` without a name. */
  readonly label: string
  /** First moment, epoch milliseconds. */
  readonly fromMs: number
  /** First moment after it. */
  readonly toMs: number
}

/**
 * The phases of a span in order, without gaps: each mark opens one that ends at the next mark or at `toMs`. Marks before
 * the span open a phase that began earlier; those after it none. Of marks at one moment the last one counts.
 */
export function phasesOf(marks: readonly Mark[], fromMs: number, toMs: number): readonly Phase[] {
  const ordered = [...marks].sort((a, b) => a.atMs - b.atMs)
  const first = ordered[0]
  const lead = { name: null, label: first === undefined ? 'whole run' : `before "${first.text}"` }
  const labels = uniqueLabels(ordered, lead.label)
  const starts = [
    { ...lead, fromMs: Number.NEGATIVE_INFINITY },
    ...ordered.map((mark, index) => ({ name: mark.text, label: labels[index] ?? '', fromMs: mark.atMs })),
  ]
  return starts
    .map((start, index) => ({
      ...start,
      fromMs: Math.max(start.fromMs, fromMs),
      toMs: Math.min(starts[index + 1]?.fromMs ?? toMs, toMs),
    }))
    .filter((phase) => phase.toMs > phase.fromMs)
}

/** The labels of marks in order; somebody may have called a mark `train (2)`, or as the phase before the first. */
function uniqueLabels(ordered: readonly Mark[], leadLabel: string): readonly string[] {
  const taken = new Set([leadLabel])
  const counts = new Map<string, number>()
  return ordered.map(({ text }) => {
    let count = (counts.get(text) ?? 0) + 1
    const labelOf = (): string => (count === 1 ? text : `${text} (${count})`)
    while (taken.has(labelOf())) count++
    counts.set(text, count)
    taken.add(labelOf())
    return labelOf()
  })
}
