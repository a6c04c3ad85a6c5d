import { describe, expect, it } from 'vitest'
import { FACTS_CAP_BYTES, type FrameTrail, WireReader } from '../../src/remote/wire.js'

const MARKER = 'clusterp-0f3a5c77d2e91b04'
const SHA = 'a'.repeat(64)

/** 128 MiB without a newline: keeping it, copied anew with each chunk, would take minutes. */
const PIECE = Buffer.alloc(1 << 16, 'x')
const ENDLESS: readonly Uint8Array[] = Array.from({ length: 2048 }, () => PIECE)

interface Taken {
  readonly frames: { readonly name: string; bytes: Buffer; trail: FrameTrail | null }[]
  readonly reader: WireReader
}

/** Reads the chunks, copying frames as the sink's contract demands. */
async function read(chunks: readonly (string | Uint8Array)[]): Promise<Taken> {
  const frames: Taken['frames'] = []
  const last = () => frames.at(-1) ?? expect.fail('data outside a frame')
  const reader = new WireReader(MARKER, {
    async open(name) {
      frames.push({ name, bytes: Buffer.alloc(0), trail: null })
    },
    async data(chunk) {
      last().bytes = Buffer.concat([last().bytes, chunk])
    },
    async close(trail) {
      last().trail = trail
    },
  })
  for (const chunk of chunks) await reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  return { frames, reader }
}

const call = (body: string, end = `\n${MARKER} END 0\n`) => `\n${MARKER} BEGIN\n${body}${end}`

describe('WireReader', () => {
  it('takes what stands before the begin marker for a banner', async () => {
    const { reader } = await read([
      `Welcome\nkey\tbanner\nclusterp-0000000000000000 BEGIN\nx${call('key\tvalue\n')}`,
    ])
    expect(reader.facts).toEqual([{ key: 'key', value: 'value' }])
    expect(reader.code).toBe(0)
  })

  it('needs the begin marker on a line of its own', async () => {
    const { reader } = await read([`see ${MARKER} BEGIN\nkey\tvalue\n\n${MARKER} END 0\n`])
    expect(reader.facts).toEqual([])
    expect(reader.code).toBeNull()
  })

  it('keeps tabs and blanks of a value, and the order of facts with one key', async () => {
    const { reader } = await read([call('a\tx y\tz \na\t\nno tab here\n\tempty key\n')])
    expect(reader.facts).toEqual([
      { key: 'a', value: 'x y\tz ' },
      { key: 'a', value: '' },
      { key: '', value: 'empty key' },
    ])
  })

  const binary = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 0, 10, 10, 255]),
    Buffer.from(`\nclusterp-0f3a5c77d2e91b05 TRAIL rc 0 1 ${SHA}\n`),
    Buffer.from(`x${MARKER} TRAIL rc 0 1 ${SHA}`),
    Buffer.from(`\n${MARKER} TRAI\n${MARKER} END 0\n\n`),
    Buffer.from([0, 10]),
  ])
  const withFrame = Buffer.concat([
    Buffer.from(`hello\n\n${MARKER} BEGIN\nboot_id\tb\n${MARKER} FRAME cpu\n`),
    binary,
    Buffer.from(`\n${MARKER} TRAIL rc 2 1852 ${SHA}\nlast\tfact\n\n${MARKER} END 7\n`),
  ])

  function expectWhole({ frames, reader }: Taken): void {
    expect(frames).toEqual([{ name: 'cpu', bytes: binary, trail: { code: 2, rawBytes: 1852, sha256: SHA } }])
    expect(reader.facts).toEqual([
      { key: 'boot_id', value: 'b' },
      { key: 'last', value: 'fact' },
    ])
    expect(reader.code).toBe(7)
  }

  it('carries binary data with newlines and look-alikes of its own lines unchanged', async () => {
    expectWhole(await read([withFrame]))
  })

  it('reads the same however a stream is split in two', async () => {
    for (let at = 0; at <= withFrame.length; at++) {
      expectWhole(await read([withFrame.subarray(0, at), withFrame.subarray(at)]))
    }
  })

  it('reads the same byte by byte', async () => {
    expectWhole(await read([...withFrame].map((byte) => Buffer.from([byte]))))
  })

  it('has no code while the end marker is missing or cut anywhere', async () => {
    const whole = call('key\tvalue\n')
    for (let length = 0; length < whole.length; length++) {
      const { reader } = await read([whole.slice(0, length)])
      if (reader.code !== null) expect.fail(`a code after ${length} of ${whole.length} bytes`)
    }
    expect((await read([whole])).reader.code).toBe(0)
  })

  it('reads nothing after the end', async () => {
    const { reader } = await read([`${call('a\t1\n')}b\t2\n${MARKER} END 9\n`, ...ENDLESS, 'c\t3\n'])
    expect(reader.facts).toEqual([{ key: 'a', value: '1' }])
    expect(reader.code).toBe(0)
  })

  it('takes any form of a trailer', async () => {
    const trailOf = async (words: string) =>
      (await read([call(`${MARKER} FRAME f\nxyz\n${MARKER} TRAIL ${words}\n`)])).frames[0]?.trail
    expect(await trailOf('rc 0 12 -')).toEqual({ code: 0, rawBytes: 12, sha256: null })
    expect(await trailOf('rc -1 -1 -')).toEqual({ code: -1, rawBytes: -1, sha256: null })
    expect(await trailOf(`rc 124 0 ${'A'.repeat(64)}`)).toEqual({ code: 124, rawBytes: 0, sha256: null })
    expect(await trailOf(`rc 0 3 ${SHA} and more`)).toEqual({ code: 0, rawBytes: 3, sha256: SHA })
  })

  it('delivers an empty frame as one without data', async () => {
    const { frames } = await read([call(`${MARKER} FRAME f\n\n${MARKER} TRAIL rc 0 0 -\n`)])
    expect(frames).toEqual([
      { name: 'f', bytes: Buffer.alloc(0), trail: { code: 0, rawBytes: 0, sha256: null } },
    ])
  })

  it('stops keeping facts at the cap and still reads the end', async () => {
    const line = `k\t${'v'.repeat(1022)}\n`
    const lines = FACTS_CAP_BYTES / 1024
    const { reader } = await read([call(line.repeat(2 * lines))])
    expect(reader.facts).toHaveLength(lines)
    expect(reader.code).toBe(0)
  })

  it('keeps nothing of a line that never ends, and goes on after it', async () => {
    const { reader } = await read([`\n${MARKER} BEGIN\na\t1\n`, ...ENDLESS, `\nb\t2\n\n${MARKER} END 0\n`])
    expect(reader.facts).toEqual([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ])
    expect(reader.code).toBe(0)
  })

  it('takes a trailer that never ends for a lost call', async () => {
    const head = `\n${MARKER} BEGIN\n${MARKER} FRAME f\nxyz\n${MARKER} TRAIL rc 0 `
    const { reader, frames } = await read([head, ...ENDLESS, `\n\n${MARKER} END 0\n`])
    expect(reader.code).toBeNull()
    expect(frames[0]?.trail).toBeNull()
  })
})
