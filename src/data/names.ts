import { decodeText, equalsBytes } from './bytes.js'

const encoder = new TextEncoder()

/**
 * Numbers names in order of first appearance. Devices come in the same order in each sample, so the name that followed the
 * last one before is compared first, byte by byte; only a surprise costs a string.
 */
export class NameIndex {
  readonly names: string[] = []
  private readonly encoded: Uint8Array[] = []
  private readonly indexOf = new Map<string, number>()
  /** Index of the name that is expected next. */
  expected = 0
  /** Index of the name found last, -1 for none; and which followed each of them the last time. */
  private last = -1
  private readonly nextOf: number[] = []

  /** Index of the name written from `start` to `end`, a new one if it was never met. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const expected = this.expected
    const candidate = this.encoded[expected]
    if (candidate === undefined || !equalsBytes(bytes, start, end, candidate)) {
      return this.add(decodeText(bytes, start, end))
    }
    return this.takeExpected()
  }

  /** Where the name that is expected next ends when it stands at `start` with `separator` behind it; -1 when not. */
  endOfExpected(bytes: Uint8Array, start: number, separator: number): number {
    const candidate = this.encoded[this.expected]
    if (candidate === undefined) return -1
    const { length } = candidate
    for (let at = 0; at < length; at++) if (bytes[start + at] !== candidate[at]) return -1
    return bytes[start + length] === separator ? start + length : -1
  }

  /** Index of the name that is expected next, which `endOfExpected` has found. */
  takeExpected(): number {
    const { expected } = this
    this.last = expected
    this.expected = this.nextOf[expected] as number
    return expected
  }

  /** Index of a name given as text, a new one if it was never met. */
  add(name: string): number {
    const known = this.indexOf.get(name)
    const index = known ?? this.names.length
    if (known === undefined) {
      this.names.push(name)
      this.encoded.push(encoder.encode(name))
      this.indexOf.set(name, index)
      this.nextOf.push(0)
    }
    if (this.last >= 0) this.nextOf[this.last] = index
    this.last = index
    this.expected = this.nextOf[index] as number
    return index
  }
}
