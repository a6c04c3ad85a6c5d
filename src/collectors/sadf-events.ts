import type { RawEvent } from '../model.js'

//   vm;-1;2026-11-20 06:28:20 UTC;LINUX-RESTART	(2 CPU)
//   vm;-1;2026-11-20 06:28:20 UTC;LINUX-RESTART
//   vm;-1;2026-11-20 06:17:29 UTC;COM hello; wor,ld  x

const RESTART = /^LINUX-RESTART(?:\s*\((\d+) CPU\))?/
const COMMENT = /^COM ?/
const CPU_COUNT = /\((\d+) CPU\)$/

/** Number of CPUs that a restart event tells; null when sysstat was too old to write it. */
export function cpuCountOf(event: RawEvent): number | null {
  const match = event.kind === 'restart' ? CPU_COUNT.exec(event.text) : null
  return match ? Number(match[1]) : null
}

/** Events of a host; each section repeats them, so the same one is taken once. */
export class EventList {
  private readonly host: string
  private readonly byKey = new Map<string, RawEvent>()

  constructor(host: string) {
    this.host = host
  }

  /** Takes the text of a row with interval -1; false when it is neither a restart nor a comment. */
  addSpecial(atMs: number, text: string): boolean {
    const restart = RESTART.exec(text)
    if (restart) this.add('restart', atMs, restart[1] ? `restart (${restart[1]} CPU)` : 'restart')
    else if (COMMENT.test(text)) this.add('comment', atMs, text.replace(COMMENT, ''))
    else return false
    return true
  }

  /** Notes that the wall clock jumped by `stepMs` before the sample of `atMs`. */
  addClockStep(atMs: number, stepMs: number): void {
    const seconds = Math.round(stepMs / 1000)
    this.add('clock-step', atMs, `the clock was stepped by ${seconds > 0 ? '+' : ''}${seconds} s`)
  }

  toList(): RawEvent[] {
    return [...this.byKey.values()]
  }

  private add(kind: RawEvent['kind'], atMs: number, text: string): void {
    const key = kind === 'comment' ? `${kind};${atMs};${text}` : `${kind};${atMs}`
    if (!this.byKey.has(key)) this.byKey.set(key, { host: this.host, kind, atMs, text })
  }
}
