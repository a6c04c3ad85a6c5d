/** Places text that Vega would let overlap: facts, captions, and the labels of marks and events. */
import type { EventRow, MarkRow, MeasureText } from './chart.js'

export type { MeasureText } from './chart.js'

/** A mark with its label in place, in pixels from the top of its rule. */
export interface PlacedMark extends MarkRow {
  /** The label begins (`left`) or ends (`right`) at the rule. */
  readonly align: 'left' | 'right'
  readonly dy: number
  /** Empty where there is no room: the rule is drawn all the same. */
  readonly label: string
}

/** Width of the plot without its labels, pixels. */
export const PLOT_WIDTH = 640
const MARK_SIZE = 10
const ROW_HEIGHT = 13
const MOST_ROWS = 3
const LABEL_GAP = 8
const MOST_LABEL_WIDTH = 200
const NUMBER_WIDTH = 14
/** Size of a caption's text and distance of its lines, pixels. */
export const CAPTION_SIZE = 10
export const CAPTION_LINE = 14

/** Breaks facts separated by ` · ` into lines of at most `width` pixels; a single longer fact has its own line. */
export function wrapFacts(
  facts: string,
  width: number,
  measure: (text: string) => number,
): readonly string[] {
  return wrapParts(facts.split(' · '), ' · ', width, measure)
}

/** Breaks a text between words into lines of at most `width` pixels. */
export function wrapWords(text: string, width: number, measure: (text: string) => number): readonly string[] {
  return wrapParts(text.split(' '), ' ', width, measure)
}

/** Breaks captions into lines as wide as the plot: lists between their items, sentences between words. */
export function wrapCaptions(
  captions: readonly string[],
  measure: (text: string) => number,
): readonly string[] {
  return captions.flatMap((caption) =>
    caption.includes(' · ')
      ? wrapFacts(caption, PLOT_WIDTH, measure)
      : wrapWords(caption, PLOT_WIDTH, measure),
  )
}

function wrapParts(
  parts: readonly string[],
  separator: string,
  width: number,
  measure: (text: string) => number,
): readonly string[] {
  const lines: string[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    const joined = `${last}${separator}${part}`
    if (last === undefined || measure(joined) > width) lines.push(part)
    else lines[lines.length - 1] = joined
  }
  return lines
}

/** Finds room for labels in rows above a plot, the lowest first. */
class LabelRows {
  private readonly taken: { readonly from: number; readonly to: number }[][] = []

  /** Number of the row from 0, or -1 when it would cover another label in each of them. */
  take(from: number, to: number): number {
    for (let level = 0; level < MOST_ROWS; level++) {
      const row = this.taken[level] ?? []
      if (row.some((other) => from < other.to && other.from < to)) continue
      this.taken[level] = [...row, { from, to }]
      return level
    }
    return -1
  }
}

/** Puts each label into the lowest of three rows above the plot where it is free; marks come before events. */
export function placeLabels(
  marks: readonly MarkRow[],
  events: readonly EventRow[],
  domain: readonly [number, number],
  measure: MeasureText,
): { readonly marks: readonly PlacedMark[]; readonly events: readonly (PlacedMark & EventRow)[] } {
  const rows = new LabelRows()
  const place = <T extends MarkRow>(mark: T): T & PlacedMark => {
    const at = ((mark.x - domain[0]) / (domain[1] - domain[0])) * PLOT_WIDTH
    const text = cutToWidth(mark.text, MOST_LABEL_WIDTH, (part) => measure(part, MARK_SIZE))
    const width = measure(text, MARK_SIZE)
    const align = at + width > PLOT_WIDTH && at - width > 0 ? 'right' : 'left'
    const from = align === 'left' ? at : at - width
    const level = rows.take(from, from + width + LABEL_GAP)
    if (level < 0) return { ...mark, align, dy: 0, label: '' }
    return { ...mark, align, dy: -(4 + level * ROW_HEIGHT), label: text }
  }
  return { marks: marks.map(place), events: events.map(place) }
}

/** A rule with its number, or without one. */
export type NumberedMark = {
  readonly x: number
  readonly label: string
}

/** Numbers the marks for a plot too narrow for their labels; a number that would cover the one before is left out. */
export function numberMarks(
  marks: readonly MarkRow[],
  domain: readonly [number, number],
  width: number,
): NumberedMark[] {
  let lastAt = Number.NEGATIVE_INFINITY
  return marks.map((mark, index) => {
    const at = ((mark.x - domain[0]) / (domain[1] - domain[0])) * width
    const hasRoom = at - lastAt >= NUMBER_WIDTH
    if (hasRoom) lastAt = at
    return { x: mark.x, label: hasRoom ? String(index + 1) : '' }
  })
}

/** Cuts a text at its end, with an ellipsis, to at most `width` pixels. */
export function cutToWidth(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text
  const characters = [...text]
  while (characters.length > 0 && measure(`${characters.join('')}…`) > width) characters.pop()
  return `${characters.join('')}…`
}
