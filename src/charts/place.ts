/** Places text that Vega would let overlap: the facts of a subtitle and the labels of marks. */
import type { MarkRow } from './chart.js'

/** The width of a text in pixels at a font size in pixels. */
export type MeasureText = (text: string, fontSize: number) => number

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

/** Breaks facts separated by ` · ` into lines of at most `width` pixels; a single longer fact has its own line. */
export function wrapFacts(
  facts: string,
  width: number,
  measure: (text: string) => number,
): readonly string[] {
  const lines: string[] = []
  for (const fact of facts.split(' · ')) {
    const last = lines.at(-1)
    const joined = `${last} · ${fact}`
    if (last === undefined || measure(joined) > width) lines.push(fact)
    else lines[lines.length - 1] = joined
  }
  return lines
}

/** Puts each label into the lowest of three rows above the plot where it is free. */
export function placeMarks(
  marks: readonly MarkRow[],
  domain: readonly [number, number],
  measure: MeasureText,
): readonly PlacedMark[] {
  const rowEnds = Array.from({ length: MOST_ROWS }, () => Number.NEGATIVE_INFINITY)
  return marks.map((mark): PlacedMark => {
    const at = ((mark.x - domain[0]) / (domain[1] - domain[0])) * PLOT_WIDTH
    const text = cutToWidth(mark.text, MOST_LABEL_WIDTH, (part) => measure(part, MARK_SIZE))
    const width = measure(text, MARK_SIZE)
    const align = at + width > PLOT_WIDTH && at - width > 0 ? 'right' : 'left'
    const from = align === 'left' ? at : at - width
    const level = rowEnds.findIndex((end) => from >= end)
    if (level < 0) return { ...mark, align, dy: 0, label: '' }
    rowEnds[level] = from + width + LABEL_GAP
    return { ...mark, align, dy: -(4 + level * ROW_HEIGHT), label: text }
  })
}

/** Cuts a text at its end, with an ellipsis, to at most `width` pixels. */
export function cutToWidth(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text
  const characters = [...text]
  while (characters.length > 0 && measure(`${characters.join('')}…`) > width) characters.pop()
  return `${characters.join('')}…`
}
