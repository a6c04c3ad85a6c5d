/** Places text that Vega would let overlap: facts, captions, and the labels of marks and events. */
import type { EventRow, MarkRow, MeasureText } from './chart.js'
import { PLOT_WIDTH } from './size.js'

export type { MeasureText } from './chart.js'

/** A mark with its label in place, in pixels from the top of its rule. */
export interface PlacedMark extends MarkRow {
  /** The label begins (`left`) or ends (`right`) at the rule. */
  readonly align: 'left' | 'right'
  readonly dy: number
  /** Empty where there is no room: the rule is drawn all the same. */
  readonly label: string
}

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

/** Breaks facts into lines of at most `width` pixels in any case: within a fact or a word where it is longer. */
export function wrapLines(text: string, width: number, measure: (text: string) => number): readonly string[] {
  return wrapFacts(text, width, measure)
    .flatMap((line) => (measure(line) > width ? wrapWords(line, width, measure) : [line]))
    .flatMap((line) => (measure(line) > width ? wrapParts([...line], '', width, measure) : [line]))
}

/** Breaks captions into lines of at most `width` pixels: lists between their items, sentences between words. */
export function wrapCaptions(
  captions: readonly string[],
  measure: (text: string) => number,
  width: number = PLOT_WIDTH,
): readonly string[] {
  return captions.flatMap((caption) => wrapLines(caption, width, measure))
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

/** A time axis in pixels. */
export interface TimeSpan {
  readonly domain: readonly [number, number]
  /** Width of the plot. */
  readonly width: number
}

/** Puts each label into the lowest of three rows above the plot where it is free; marks come before events. */
export function placeLabels(
  marks: readonly MarkRow[],
  events: readonly EventRow[],
  { domain, width: plotWidth }: TimeSpan,
  measure: MeasureText,
): { readonly marks: readonly PlacedMark[]; readonly events: readonly (PlacedMark & EventRow)[] } {
  const rows = new LabelRows()
  const place = <T extends MarkRow>(mark: T): T & PlacedMark => {
    const at = ((mark.x - domain[0]) / (domain[1] - domain[0])) * plotWidth
    const room = Math.min(MOST_LABEL_WIDTH, Math.max(at, plotWidth - at))
    const text = cutToWidth(mark.text, room, (part) => measure(part, MARK_SIZE))
    const width = measure(text, MARK_SIZE)
    const align = at + width > plotWidth && at - width >= 0 ? 'right' : 'left'
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

/** Cuts a text in its middle, with an ellipsis, to at most `width` pixels: names often differ at their ends. */
export function cutMiddleToWidth(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text
  const characters = [...text]
  const cutTo = (kept: number): string => {
    const head = Math.floor(kept / 2)
    return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - kept + head).join('')}`
  }
  let kept = characters.length - 1
  while (kept > 0 && measure(cutTo(kept)) > width) kept--
  return cutTo(kept)
}

/** Cuts a text at its end, with an ellipsis, to at most `width` pixels. */
export function cutToWidth(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text
  const characters = [...text]
  while (characters.length > 0 && measure(`${characters.join('')}…`) > width) characters.pop()
  return `${characters.join('')}…`
}
