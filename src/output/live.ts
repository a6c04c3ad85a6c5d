/** A result that is drawn again and again over itself at the end of a terminal. */
import stringWidth from 'string-width'
import type { Block } from '../commands/context.js'
import { blockLines } from './blocks.js'
import { ESCAPE } from './terminal.js'

/** What a terminal that does not tell its size is taken for. */
const USUAL_SIZE = { rows: 24, columns: 80 } as const
/** The line that the cursor stands on below the frame. */
const CURSOR_ROWS = 1
/** A table is its head, a row and the line that counts the others, however low the terminal is. */
const LEAST_TABLE_LINES = 3

export interface TerminalSize {
  readonly rows: number
  readonly columns: number
}

export interface Live {
  /** Draws in place of what was drawn before. */
  readonly draw: (blocks: readonly Block[]) => void
  /** Takes the frame away, so that something else can be written, until `redraw`. */
  readonly clear: () => void
  readonly redraw: () => void
  /** Leaves the frame on the screen; the next `draw` begins below it. */
  readonly end: () => void
}

/** Draws on a terminal. */
export function createLive(
  stream: Pick<NodeJS.WriteStream, 'write'> & Partial<Pick<NodeJS.WriteStream, 'rows' | 'columns'>>,
): Live {
  const size = (): TerminalSize => ({
    rows: stream.rows || USUAL_SIZE.rows,
    columns: stream.columns || USUAL_SIZE.columns,
  })
  let blocks: readonly Block[] = []
  let drawn: readonly string[] = []
  const erasing = (): string => {
    const height = screenRows(drawn, size().columns)
    drawn = []
    return height === 0 ? '' : `${ESCAPE}${height}A\r${ESCAPE}J`
  }
  const redraw = (): void => {
    const erased = erasing()
    drawn = frameLines(blocks, size())
    stream.write(erased + drawn.map((line) => `${line}\n`).join(''))
  }
  return {
    draw: (newer) => {
      blocks = newer
      redraw()
    },
    clear: () => {
      if (drawn.length > 0) stream.write(erasing())
    },
    redraw: () => {
      if (blocks.length > 0) redraw()
    },
    end: () => {
      blocks = []
      drawn = []
    },
  }
}

/** Rows of the screen that lines take; those drawn for a wider terminal are folded by a narrower one. */
function screenRows(lines: readonly string[], columns: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0)
}

/** The lines of a frame that fits: tables lose rows, the good ones first, and long lines their ends. */
export function frameLines(blocks: readonly Block[], size: TerminalSize): readonly string[] {
  const others = blocks.filter((block) => block.kind === 'line').length
  const room = Math.max(LEAST_TABLE_LINES, size.rows - CURSOR_ROWS - others)
  const lines = blocks.flatMap((block) =>
    block.kind === 'line' ? blockLines(block) : tableLines(block, room),
  )
  return lines.map((line) => clipped(line, size.columns))
}

type TableBlock = Extract<Block, { kind: 'table' }>

function tableLines(table: TableBlock, room: number): readonly string[] {
  if (table.rows.length + 1 <= room) return blockLines(table)
  const worstFirst = table.rows
    .map((row, at) => ({ row, at, severity: table.severity?.[at] ?? 0 }))
    .sort((one, other) => other.severity - one.severity || one.at - other.at)
  const rows = worstFirst.slice(0, room - 2).map(({ row }) => row)
  const left = table.rows.length - rows.length
  const count = `… and ${left} more ${left === 1 ? 'host' : 'hosts'}, worst first`
  return [...blockLines({ ...table, rows }), count]
}

/** A line that does not wrap. */
function clipped(line: string, columns: number): string {
  if (stringWidth(line) <= columns) return line
  let text = ''
  let width = 0
  for (const character of line) {
    width += stringWidth(character)
    if (width > columns - 1) break
    text += character
  }
  return `${text}…`
}
