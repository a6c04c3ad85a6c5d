/** Bounds how many of something go on at once, in the order in which they asked. */
export interface Slots {
  /** Runs `work` as soon as fewer than the bound are under way. */
  take<T>(work: () => Promise<T>): Promise<T>
}

/** Slots for at most `count` at once; the first to ask is the first to go. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = []
  let free = count
  const give = (): void => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  return {
    async take(work) {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        give()
      }
    },
  }
}
