/** Pieces of a result as lines of text. */
import cliui from 'cliui'
import stringWidth from 'string-width'
import type { Block } from '../commands/context.js'
import { shown } from '../config/show.js'

const WIDEST_TABLE = 1000
const COLUMN_GAP = 2
const cellText = (text: string): string => shown(text === '' ? '-' : text)

/** A piece of a result, line by line. */
export function blockLines(block: Block): readonly string[] {
  if (block.kind === 'line') return [shownLong(block.text)]
  const rows = [block.head, ...block.rows].map((row) => row.map(cellText))
  const widths = block.head.map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))))
  const ui = cliui({ width: WIDEST_TABLE, wrap: false })
  for (const row of rows) {
    ui.div(...row.map((text, column) => ({ text, width: (widths[column] ?? 0) + COLUMN_GAP })))
  }
  const lines = ui.toString().split('\n')
  return lines.map((line) => line.trimEnd())
}

/** A piece of a result as text, each line ended. */
export function blockText(block: Block): string {
  return `${blockLines(block).join('\n')}\n`
}

/** Like `shown`, but not cut: a line of a result is as long as it has to be. */
function shownLong(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
