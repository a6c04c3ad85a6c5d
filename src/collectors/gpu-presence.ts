import type { GpuRows } from './nvidia-messages.js'
import type { SampleTimes } from './nvidia-samples.js'

//   2026/11/20 06:09:58.123, 0, GPU-a…, 97
//   2026/11/20 06:09:58.127, 1, GPU-b…, 40
//   2026/11/20 06:09:59.125, 0, GPU-a…, 95          GPU 1 is missing from here on

/** A GPU may be left out of a sample or two and come again. */
const LEAST_MISSED_SAMPLES = 3

interface Sample {
  readonly timeMs: number
  /** Rows before its first one. */
  readonly firstRow: number
  readonly gpus: ReadonlySet<number>
}

/** Which GPUs have rows in which samples of a file. */
export class GpuPresence implements GpuRows {
  private readonly samples: readonly Sample[]
  private readonly labelOf: (gpu: number) => string

  /** `gpuOf`: the GPU of each row. */
  constructor(times: SampleTimes | null, gpuOf: readonly number[], labelOf: (gpu: number) => string) {
    this.labelOf = labelOf
    const samples: (Sample & { readonly gpus: Set<number> })[] = []
    gpuOf.forEach((gpu, row) => {
      const timeMs = times?.timeMs[row] ?? Number.NaN
      const last = samples.at(-1)
      if (last?.timeMs === timeMs) last.gpus.add(gpu)
      else samples.push({ timeMs, firstRow: row, gpus: new Set([gpu]) })
    })
    this.samples = samples
  }

  /** The line may stand before, among or behind the rows of the first sample that lacks the GPU. */
  missingAfter(rowCount: number): string | null {
    const at = this.samples.findLastIndex(({ firstRow }) => firstRow < rowCount)
    for (const sample of [at, at + 1]) {
      const missing = this.missingIn(sample)
      const [gpu] = missing
      if (missing.length === 1 && gpu !== undefined) return this.labelOf(gpu)
    }
    return null
  }

  /** The GPUs that have no rows in the last samples, and the time of the first one without them. */
  gone(): readonly { readonly label: string; readonly atMs: number }[] {
    const lastAt = new Map<number, number>()
    this.samples.forEach(({ gpus }, at) => {
      for (const gpu of gpus) lastAt.set(gpu, at)
    })
    return [...lastAt].flatMap(([gpu, at]) => {
      const next = this.samples[at + 1]
      const isGone = this.samples.length - 1 - at >= LEAST_MISSED_SAMPLES
      return next && isGone ? [{ label: this.labelOf(gpu), atMs: next.timeMs }] : []
    })
  }

  /** GPUs of the sample before that this one lacks. */
  private missingIn(sample: number): readonly number[] {
    const [before, now] = [this.samples[sample - 1], this.samples[sample]]
    return before && now ? [...before.gpus].filter((gpu) => !now.gpus.has(gpu)) : []
  }
}
