/**
 * A raster as PNG, so that an SVG can hold it. Without sharp, for the SVG is drawn also where that cannot be loaded. Format:
 * PNG (Third Edition), https://www.w3.org/TR/png-3/: signature, then chunks of length, type, data and CRC-32.
 */
import { crc32, deflateSync } from 'node:zlib'
import type { Raster } from '../charts/raster.js'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const BITS_PER_CHANNEL = 8
/** Colour types: red, green and blue; the same with opacity. */
const COLOR = { opaque: { type: 2, channels: 3 }, transparent: { type: 6, channels: 4 } } as const
const RGBA_CHANNELS = 4
const FULLY_OPAQUE = 255

/** The raster as `data:image/png;base64,…`, one pixel a cell. */
export function pngDataUri(raster: Raster): string {
  return `data:image/png;base64,${encodePng(raster).toString('base64')}`
}

/** The raster as a PNG file, one pixel a cell; with a channel for opacity only where some cell can be seen through. */
export function encodePng(raster: Raster): Buffer {
  const { width, height } = raster
  const { type, channels } = isOpaque(raster) ? COLOR.opaque : COLOR.transparent
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([BITS_PER_CHANNEL, type], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pngRows(raster, channels), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Each row begins with the number of its filter; 0 is none, which is right for cells without smooth changes. */
function pngRows({ width, height, rgba }: Raster, channels: number): Buffer {
  const rows = Buffer.alloc(height * (width * channels + 1))
  let at = 0
  for (let cell = 0; cell < width * height; cell++) {
    if (cell % width === 0) at++
    for (let channel = 0; channel < channels; channel++) {
      rows[at++] = rgba[cell * RGBA_CHANNELS + channel] as number
    }
  }
  return rows
}

function isOpaque({ rgba }: Raster): boolean {
  for (let at = RGBA_CHANNELS - 1; at < rgba.length; at += RGBA_CHANNELS) {
    if (rgba[at] !== FULLY_OPAQUE) return false
  }
  return true
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  whole.set(body, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}
