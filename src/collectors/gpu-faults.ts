/** What is said of a GPU that fails, in words that fit beside a plot: who, and why. */

//   Unable to determine the device handle for GPU0000:02:00.0: Unknown Error
//   Unable to determine the device handle for GPU1: 0000:34:00.0: GPU is lost.  Reboot the system to recover this GPU
//   2026/11/20 06:09:58.127, 1, GPU-77b1…, NVIDIA A100, [GPU is lost], [GPU is lost], [Unknown Error]

const HANDLE = /device handle for gpu ?(?:(\d+): )?([\da-f]{4,8}:[\da-f]{2}:[\da-f]{2}\.[\da-f]): *(.*)$/i
/** Longer sentences do not fit. */
const LONGEST_LABEL = 60

/** A GPU that can no longer be asked, as a line between the rows tells. */
export interface GpuFault {
  /** `gpu1` where the line says so; null: only rows that are missing show which one it is. */
  readonly label: string | null
  /** PCI address; null when the line does not tell. */
  readonly busId: string | null
  /** As the driver says, such as `Unknown Error`. */
  readonly reason: string
}

/** The GPU that a line of nvidia-smi gives up; null for other lines. */
export function faultOf(text: string): GpuFault | null {
  const [, index, busId = null, said] = HANDLE.exec(text) ?? []
  if (said === undefined) return null
  const [reason = ''] = said.split(/\.(?:\s|$)/)
  return { label: index === undefined ? null : `gpu${index}`, busId, reason }
}

/** `gpu1 lost`, `gpu1 requires reset`, `gpu1 lost: Unknown Error`. */
export function lossText(who: string, reason: string): string {
  const bare = reason.replace(/^\[(.*)\]$/, '$1')
  if (/\bis lost\b/i.test(bare)) return `${who} lost`
  if (/requires reset/i.test(bare)) return `${who} requires reset`
  return `${who} lost: ${bare}`
}

/** A sentence of nvidia-smi, its cause in place of it where it is long; `cause` null: it is cut. */
export function labelOf(text: string, cause: string | null): string {
  if (text.length <= LONGEST_LABEL) return text
  // The exit code is known of a call that ended, not of a line.
  return cause?.replace(/ \(rc \d+\)$/, '') ?? `${text.slice(0, LONGEST_LABEL - 1)}…`
}
