import { ParseError } from '../errors.js'
import type { RawFile } from '../model.js'
import type { WarningList } from './warnings.js'

/** Where the text of a raw file begins and ends. */
export interface TextBounds {
  readonly start: number
  readonly limit: number
}

function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return hasMark || (second === 0 && first !== 0 && bytes[3] === 0 && bytes[2] !== 0)
}

/**
 * The part of a raw file that is text: without a byte order mark, and without the zero bytes that a power cut leaves at a
 * file's end (a warning). An empty file and one in UTF-16 are ParseErrors.
 */
export function textBounds(file: RawFile, warnings: WarningList): TextBounds {
  const { bytes, path } = file
  if (isUtf16(bytes)) {
    throw new ParseError(`read ${path}: it is in UTF-16`, {
      hint: `iconv -f UTF-16 -t UTF-8 '${path}' > converted, and put that in its place`,
    })
  }
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  let limit = bytes.length
  while (limit > start && bytes[limit - 1] === 0) limit--
  if (limit < bytes.length) {
    const what = `${bytes.length - limit} zero bytes at the end, from offset ${limit} on, were left out`
    warnings.add('zeros', what, { path, line: 0, isLoss: false })
  }
  const isEmpty = bytes
    .subarray(start, limit)
    .every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20)
  if (isEmpty) {
    throw new ParseError(`read ${path}: the file is empty`, {
      hint: 'the conversion on the node failed, or its logger never wrote: see clusterp.log',
    })
  }
  return { start, limit }
}
