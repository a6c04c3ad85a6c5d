import type { GpuRows } from './nvidia-messages.js'
import type { SampleTimes } from './nvidia-samples.js'

//   2026/11/20 06:09:58.123, 0, GPU-a…, 97
//   2026/11/20 06:09:58.127, 1, GPU-b…, 40
//   2026/11/20 06:09:59.125, 0, GPU-a…, 95          GPU 1 is missing from here on

/** A GPU may be left out of a sample or two and come again. */
const LEAST_MISSED_SAMPLES = 3

/** Which GPUs have rows in which samples of a file. A week at 1 s is 600 000 samples: only where each begins is kept. */
export class GpuPresence implements GpuRows {
  private readonly timeMs: ArrayLike<number>
  private readonly gpuOf: readonly number[]
  private readonly labelOf: (gpu: number) => string
  /** The first row of each sample. */
  private readonly firstRows: readonly number[]

  /** `gpuOf`: the GPU of each row. */
  constructor(times: SampleTimes | null, gpuOf: readonly number[], labelOf: (gpu: number) => string) {
    const timeMs = times?.timeMs ?? []
    this.timeMs = timeMs
    this.gpuOf = gpuOf
    this.labelOf = labelOf
    const firstRows: number[] = []
    for (let row = 0; row < gpuOf.length; row++) {
      if (row === 0 || timeMs[row] !== timeMs[row - 1]) firstRows.push(row)
    }
    this.firstRows = firstRows
  }

  /** The line may stand before, among or behind the rows of the first sample that lacks the GPU. */
  missingAfter(rowCount: number): string | null {
    const at = this.firstRows.findLastIndex((row) => row < rowCount)
    for (const sample of [at, at + 1]) {
      const missing = this.missingIn(sample)
      const [gpu] = missing
      if (missing.length === 1 && gpu !== undefined) return this.labelOf(gpu)
    }
    return null
  }

  /** The GPUs that have no rows in the last samples, and the time of the first one without them. */
  gone(): readonly { readonly label: string; readonly atMs: number }[] {
    const { firstRows, gpuOf } = this
    const lastAt = new Map<number, number>()
    let at = -1
    gpuOf.forEach((gpu, row) => {
      if (row === firstRows[at + 1]) at++
      lastAt.set(gpu, at)
    })
    return [...lastAt].flatMap(([gpu, last]) => {
      const next = this.timeMs[firstRows[last + 1] ?? -1]
      const isGone = firstRows.length - 1 - last >= LEAST_MISSED_SAMPLES
      return next !== undefined && isGone ? [{ label: this.labelOf(gpu), atMs: next }] : []
    })
  }

  /** GPUs of the sample before that this one lacks. */
  private missingIn(sample: number): readonly number[] {
    const now = new Set(this.gpusIn(sample))
    const before = now.size === 0 ? [] : this.gpusIn(sample - 1)
    return [...new Set(before)].filter((gpu) => !now.has(gpu))
  }

  private gpusIn(sample: number): readonly number[] {
    const first = this.firstRows[sample]
    return first === undefined ? [] : this.gpuOf.slice(first, this.firstRows[sample + 1])
  }
}
