import type { RawWarning } from '../model.js'

interface Entry {
  readonly path: string
  readonly line: number
  readonly what: string
  readonly isLoss: boolean
  count: number
}

/** Where in a raw file something was found, and whether rows were lost by it. */
export interface WarningPlace {
  readonly path: string
  /** Line number from 1; 0 when it concerns the whole file. */
  readonly line: number
  readonly isLoss: boolean
}

/** Gathers problems of raw files: the same kind in the same file is told once, with its first line and a count. */
export class WarningList {
  private readonly entries = new Map<string, Entry>()

  /** Notes a problem; `kind` decides what counts as the same. */
  add(kind: string, what: string, place: WarningPlace): void {
    const key = `${place.path}\n${kind}`
    const known = this.entries.get(key)
    if (known) known.count++
    else this.entries.set(key, { ...place, what, count: 1 })
  }

  /** All problems in order of first appearance. */
  toList(): RawWarning[] {
    return [...this.entries.values()].map(({ path, line, what, isLoss, count }) => {
      const place = line > 0 ? `${path}:${line}` : path
      const times = count > 1 ? ` (${count} times, here first)` : ''
      return { message: `${place}: ${what}${times}`, isLoss }
    })
  }
}

/** The warnings of one file. */
export class FileWarnings {
  readonly path: string
  private readonly list: WarningList

  constructor(list: WarningList, path: string) {
    this.list = list
    this.path = path
  }

  /** Notes something that cost no row; `line` from 1, 0 for the whole file. */
  note(kind: string, line: number, what: string): void {
    this.list.add(kind, what, { path: this.path, line, isLoss: false })
  }

  /** Notes that a row or a sample was lost. */
  lose(kind: string, line: number, what: string): void {
    this.list.add(kind, what, { path: this.path, line, isLoss: true })
  }
}
