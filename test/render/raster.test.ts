import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { pngDataUri } from '../../src/render/raster.js'

const bytesOf = (uri: string): Buffer => Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64')

describe('pngDataUri', () => {
  it('gives back every cell, read by another program', async () => {
    const rgba = Uint8Array.from({ length: 3 * 2 * 4 }, (_, index) => (index * 37) % 256)
    const { data, info } = await sharp(bytesOf(pngDataUri({ width: 3, height: 2, rgba })))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([3, 2, 4])
    expect([...data]).toEqual([...rgba])
  })

  it('leaves the opacity out where nothing can be seen through', async () => {
    const rgba = Uint8Array.of(10, 20, 30, 255, 40, 50, 60, 255)
    const { data, info } = await sharp(bytesOf(pngDataUri({ width: 1, height: 2, rgba })))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([1, 2, 3])
    expect([...data]).toEqual([10, 20, 30, 40, 50, 60])
  })
})
