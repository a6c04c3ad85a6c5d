import { decodeText, equalsBytes } from './bytes.js'

const encoder = new TextEncoder()

/**
 * Numbers names in order of first appearance. Devices come in the same order in each sample, so the name after the last
 * one found is compared first, byte by byte; only a surprise costs a string.
 */
export class NameIndex {
  readonly names: string[] = []
  private readonly encoded: Uint8Array[] = []
  private readonly indexOf = new Map<string, number>()
  private expected = 0

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
    this.expected = expected + 1 === this.encoded.length ? 0 : expected + 1
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
    }
    this.expected = index + 1 < this.names.length ? index + 1 : 0
    return index
  }
}
