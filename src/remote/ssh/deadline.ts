/** Time that a hop may take, stopped while it waits for something that is not its fault. */
export class Deadline {
  readonly totalMs: number
  readonly #now: () => number
  readonly #expired = new AbortController()
  #leftMs: number
  #startedMs = 0
  #timer: NodeJS.Timeout | null = null
  #holds = 0

  constructor(ms: number, now: () => number) {
    this.totalMs = ms
    this.#now = now
    this.#leftMs = ms
    this.#start()
  }

  /** Aborts when the time is over. */
  get signal(): AbortSignal {
    return this.#expired.signal
  }

  get isOver(): boolean {
    return this.#expired.signal.aborted
  }

  /** Waits for something with the clock stopped. */
  async stoppedWhile<T>(waiting: Promise<T>): Promise<T> {
    if (this.#holds++ === 0) this.#stop()
    try {
      return await waiting
    } finally {
      if (--this.#holds === 0 && !this.isOver) this.#start()
    }
  }

  /** To be called when the hop is done; the deadline never ends after this. */
  clear(): void {
    this.#holds++
    this.#stop()
  }

  #start(): void {
    this.#startedMs = this.#now()
    this.#timer = setTimeout(() => this.#expired.abort(), this.#leftMs)
  }

  #stop(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    this.#leftMs = Math.max(0, this.#leftMs - (this.#now() - this.#startedMs))
  }
}

/**
 * Settles like `work`, or throws `error()` as soon as one of the signals aborts; what `work` comes to after that is
 * given to `late`, so that it can be closed.
 */
export function orAborted<T>(
  work: Promise<T>,
  signals: readonly AbortSignal[],
  error: () => Error,
  late: (value: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isGivenUp = false
    const cleanUp = (): void => {
      for (const signal of signals) signal.removeEventListener('abort', giveUp)
    }
    const giveUp = (): void => {
      isGivenUp = true
      cleanUp()
      reject(error())
    }
    work.then(
      (value) => {
        cleanUp()
        if (isGivenUp) late(value)
        else resolve(value)
      },
      (thrown: unknown) => {
        cleanUp()
        reject(thrown)
      },
    )
    for (const signal of signals) signal.addEventListener('abort', giveUp)
    if (signals.some((signal) => signal.aborted)) giveUp()
  })
}
