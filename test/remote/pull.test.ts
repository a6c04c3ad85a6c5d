import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { FrameSpec } from '../../src/collectors/collector.js'
import { sar } from '../../src/collectors/sar.js'
import { HostError } from '../../src/errors.js'
import { LostCallError } from '../../src/remote/call.js'
import { pullNode } from '../../src/remote/pull.js'
import { CALL, type FakeReply, fakeTransport } from './fake-transport.js'

const PLACE = { remoteDir: '/var/tmp', sessionId: '20261120-091500-0a1b2c3d', number: 1, folder: '1-node1' }
const FRAMES: readonly FrameSpec[] = [
  { name: 'cpu', target: 'cpu', keepAs: 'text', command: 'cat ./cpu' },
  { name: 'swap-space', target: 'swap', keepAs: 'text', command: 'cat ./space' },
  { name: 'swap-pages', target: 'swap', keepAs: 'text', command: 'cat ./pages' },
  { name: 'binary', target: 'sysstat', keepAs: 'gzip', command: 'cat ./sa.bin' },
]
const WANTED = { frames: FRAMES, frameLines: sar.frameLines }

interface Sent {
  readonly name: string
  readonly packed: Uint8Array
  readonly trail: string
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A frame as an honest node sends it, with what the test changes of it. */
function sent(name: string, raw: string | Uint8Array, changed: Partial<Sent> = {}): Sent {
  const bytes = Buffer.from(raw)
  return { name, packed: gzipSync(bytes), trail: `rc 0 ${bytes.length} ${sha256(bytes)}`, ...changed }
}

const BINARY = randomBytes(100_000)
const HONEST: readonly Sent[] = [
  sent('cpu', 'cpu rows\n'),
  sent('swap-space', 'space rows\n'),
  sent('swap-pages', 'pages rows\n'),
  sent('binary', BINARY),
]

function reply(marker: string, frames: readonly Sent[], end = `\n${marker} END 0\n`): FakeReply {
  const pieces = frames.flatMap(({ name, packed, trail }) => [
    Buffer.from(`${marker} FRAME ${name}\n`),
    packed,
    Buffer.from(`\n${marker} TRAIL ${trail}\n`),
  ])
  return { stdout: [Buffer.concat([Buffer.from(`\n${marker} BEGIN\n`), ...pieces, Buffer.from(end)])] }
}

interface Pulled {
  readonly committed: Record<string, Buffer>
  readonly aborted: string[]
  readonly opened: string[]
  readonly result: Awaited<ReturnType<typeof pullNode>> | null
  readonly error: unknown
  readonly log: string[]
}

async function pull(node: (marker: string) => FakeReply, capBytes = 1 << 20): Promise<Pulled> {
  const [committed, aborted, opened, log]: [Record<string, Buffer>, string[], string[], string[]] = [
    {},
    [],
    [],
    [],
  ]
  const openTarget = async (frame: FrameSpec) => {
    opened.push(frame.target)
    const pieces: Buffer[] = []
    return {
      write: async (chunk: Uint8Array) => {
        log.push(`write ${frame.target}`)
        pieces.push(Buffer.from(chunk))
      },
      commit: async () => {
        log.push(`commit ${frame.target}`)
        committed[frame.target] = Buffer.concat(pieces)
      },
      abort: async () => {
        aborted.push(frame.target)
      },
    }
  }
  const request = { place: PLACE, ...WANTED, capBytes, openTarget }
  const transport = fakeTransport((script, marker) =>
    script.includes('send_frames()') ? node(marker) : null,
  )
  try {
    return { committed, aborted, opened, log, result: await pullNode(transport, request, CALL), error: null }
  } catch (error) {
    return { committed, aborted, opened, log, result: null, error }
  }
}

/** Nothing got its name, and everything that was opened was taken back. */
function expectNothing(pulled: Pulled, sentence: RegExp): void {
  expect(pulled.error).toBeInstanceOf(HostError)
  expect((pulled.error as Error).message).toMatch(sentence)
  expect(pulled.committed).toEqual({})
  expect(new Set(pulled.aborted)).toEqual(new Set(pulled.opened))
}

/** The honest frames, one of them changed. */
const withChanged = (name: string, changed: Partial<Sent>) =>
  HONEST.map((frame) => (frame.name === name ? { ...frame, ...changed } : frame))

describe('pullNode', () => {
  it('keeps text as the node printed it, joins the frames of a target in order, keeps the binary compressed', async () => {
    const { committed, result, aborted } = await pull((marker) => reply(marker, HONEST))
    expect(committed.cpu?.toString()).toBe('cpu rows\n')
    expect(committed.swap?.toString()).toBe('space rows\npages rows\n')
    expect(committed.sysstat).toEqual(gzipSync(BINARY))
    expect(aborted).toEqual([])
    expect(result).toEqual([
      { name: 'cpu', code: 0, rawBytes: 9 },
      { name: 'swap-space', code: 0, rawBytes: 11 },
      { name: 'swap-pages', code: 0, rawBytes: 11 },
      { name: 'binary', code: 0, rawBytes: 100_000 },
    ])
  })

  it('gives no file its name before the last byte has passed', async () => {
    const { log } = await pull((marker) => reply(marker, HONEST))
    const firstCommit = log.findIndex((line) => line.startsWith('commit'))
    expect(log.slice(firstCommit)).toEqual(['commit cpu', 'commit swap', 'commit sysstat'])
  })

  it('reads the same in chunks of any size', async () => {
    for (const size of [1, 7, 4096]) {
      const { committed, error } = await pull((marker) => {
        const whole = Buffer.concat(
          reply(marker, HONEST.slice(0, 3)).stdout.map((piece) => Buffer.from(piece)),
        )
        const binary = reply(marker, [sent('binary', 'few bytes\n')]).stdout.map((piece) =>
          Buffer.from(piece),
        )
        const all = Buffer.concat([
          whole.subarray(0, whole.length - `\n${marker} END 0\n`.length),
          Buffer.concat(binary).subarray(`\n${marker} BEGIN\n`.length),
        ])
        const stdout: Buffer[] = []
        for (let at = 0; at < all.length; at += size) stdout.push(all.subarray(at, at + size))
        return { stdout }
      })
      expect(error).toBeNull()
      expect(committed.swap?.toString()).toBe('space rows\npages rows\n')
    }
  })

  it('tells the code of a converter that failed, and keeps what it printed', async () => {
    const frames = withChanged(
      'cpu',
      sent('cpu', 'half\n', { trail: `rc 2 5 ${sha256(Buffer.from('half\n'))}` }),
    )
    const { result, committed } = await pull((marker) => reply(marker, frames))
    expect(result?.[0]).toEqual({ name: 'cpu', code: 2, rawBytes: 5 })
    expect(committed.cpu?.toString()).toBe('half\n')
  })

  it('hands on the facts that stand behind the frames, when all has arrived', async () => {
    const facts: string[] = []
    const request = { place: PLACE, ...WANTED, factLines: 'fact sadf_version 12', capBytes: 1 << 20 }
    const openTarget = async () => ({
      write: async () => undefined,
      commit: async () => undefined,
      abort: async () => undefined,
    })
    const scripts: string[] = []
    const transport = fakeTransport((script, marker) => {
      scripts.push(script)
      return reply(marker, HONEST, `sadf_version\t12\n${marker} END 0\n`)
    })
    const takeFacts = (said: readonly { key: string; value: string }[]) =>
      facts.push(...said.map(({ key, value }) => `${key}=${value}`))
    await pullNode(transport, { ...request, openTarget, takeFacts }, CALL)
    expect(facts).toEqual(['sadf_version=12'])
    expect(scripts[0]).toMatch(/frame binary cat \.\/sa\.bin\nfact sadf_version 12\n}/)
  })

  it('takes an empty file for what it is', async () => {
    const frames = withChanged('cpu', sent('cpu', ''))
    const { result, committed } = await pull((marker) => reply(marker, frames))
    expect(result?.[0]).toEqual({ name: 'cpu', code: 0, rawBytes: 0 })
    expect(committed.cpu).toEqual(Buffer.alloc(0))
  })

  it('goes by the length where the node has no sha256sum', async () => {
    const frames = withChanged('cpu', { trail: 'rc 0 9 -' })
    expect((await pull((marker) => reply(marker, frames))).error).toBeNull()
  })

  it('refuses other bytes than were sent', async () => {
    const frames = withChanged('cpu', { packed: gzipSync('cpu ROWS\n') })
    expectNothing(await pull((marker) => reply(marker, frames)), /^fetch: cpu: the SHA-256 of what arrived/)
  })

  it('refuses fewer or more bytes than were sent', async () => {
    const trail = (count: number) => ({ trail: `rc 0 ${count} -` })
    const shorter = await pull((marker) => reply(marker, withChanged('cpu', trail(10))))
    expectNothing(shorter, /^fetch: cpu: 9 bytes arrived, the node sent 10$/)
    expectNothing(await pull((marker) => reply(marker, withChanged('cpu', trail(8)))), /9 bytes arrived/)
  })

  it('refuses a frame of which the node could not tell the length', async () => {
    const frames = withChanged('cpu', { trail: 'rc 0 -1 -' })
    expectNothing(await pull((marker) => reply(marker, frames)), /^fetch: cpu: .*-1/)
  })

  it('names the frames that did not come', async () => {
    const frames = HONEST.filter(({ name }) => name !== 'swap-pages' && name !== 'binary')
    expectNothing(await pull((marker) => reply(marker, frames)), /^fetch: swap-pages, binary did not arrive$/)
  })

  it('refuses a frame that it did not ask for', async () => {
    const frames = [sent('../../.bashrc', 'x'), ...HONEST]
    expectNothing(await pull((marker) => reply(marker, frames)), /^fetch: the node sent "..\/..\/.bashrc"/)
  })

  it('refuses a frame that comes twice or out of order', async () => {
    const twice = [...HONEST.slice(0, 1), ...HONEST]
    expectNothing(await pull((marker) => reply(marker, twice)), /^fetch: the node sent "cpu"/)
    const [cpu, space, pages, binary] = HONEST as [Sent, Sent, Sent, Sent]
    expectNothing(
      await pull((marker) => reply(marker, [cpu, pages, space, binary])),
      /the node sent "swap-pages"/,
    )
  })

  it('stops at the cap while unpacking: a gzip bomb fills neither disk nor memory', async () => {
    const frames = withChanged('cpu', sent('cpu', Buffer.alloc(64 << 20)))
    const pulled = await pull((marker) => reply(marker, frames))
    expectNothing(pulled, /^fetch: cpu: more than 1048576 bytes; the rest was not read$/)
    expect(pulled.log.length).toBeLessThan(200)
  })

  it('stops at the cap before unpacking', async () => {
    const frames = withChanged('binary', sent('binary', randomBytes(3 << 20)))
    expectNothing(await pull((marker) => reply(marker, frames)), /^fetch: binary: more than 1048576 bytes/)
  })

  it.each([
    ['cut', (packed: Buffer) => packed.subarray(0, packed.length - 5)],
    ['cut to nothing', () => Buffer.alloc(0)],
    ['no gzip', () => randomBytes(200_000)],
    ['damaged', (packed: Buffer) => Buffer.concat([packed.subarray(0, 50_000), packed.subarray(50_010)])],
  ])('refuses a gzip member that is %s', async (_what, spoil) => {
    const frames = withChanged('binary', { packed: spoil(gzipSync(BINARY)) })
    expectNothing(await pull((marker) => reply(marker, frames)), /^fetch: binary: /)
  })

  it('keeps nothing of a call whose end did not come, cut anywhere', async () => {
    const whole = Buffer.concat(
      reply('M', HONEST.slice(0, 3)).stdout.map((piece) => Buffer.from(piece)),
    ).length
    for (let length = 0; length < whole; length += 13) {
      const pulled = await pull((marker) => {
        const all = Buffer.concat(reply(marker, HONEST, '').stdout.map((piece) => Buffer.from(piece)))
        return { stdout: [all.subarray(0, length)], end: { kind: 'lost', detail: 'connection reset' } }
      })
      expect(pulled.error).toBeInstanceOf(LostCallError)
      expectNothing(pulled, /^fetch: connection reset$/)
    }
  })

  it('keeps nothing when the script failed after the last frame', async () => {
    const pulled = await pull((marker) => reply(marker, HONEST, `error\tno\n\n${marker} END 1\n`))
    expectNothing(pulled, /^fetch: no$/)
  })

  it('takes everything back when our own disk is full', async () => {
    const transport = fakeTransport((_script, marker) => reply(marker, HONEST))
    const aborted: string[] = []
    const full = async () => {
      throw new Error('writing raw/sysstat/node1: no space left')
    }
    const pulling = pullNode(
      transport,
      {
        place: PLACE,
        ...WANTED,
        capBytes: 1 << 20,
        openTarget: async ({ target }) => ({
          write: target === 'sysstat' ? full : async () => undefined,
          commit: async () => expect.fail('committed'),
          abort: async () => {
            aborted.push(target)
          },
        }),
      },
      CALL,
    )
    await expect(pulling).rejects.toThrow('no space left')
    expect(aborted).toEqual(['cpu', 'swap', 'sysstat'])
  })

  it('takes everything back when our own disk is full while text is unpacked', async () => {
    const large = withChanged('cpu', sent('cpu', randomBytes(900_000)))
    const transport = fakeTransport((_script, marker) => reply(marker, large))
    const pulling = pullNode(
      transport,
      {
        place: PLACE,
        ...WANTED,
        capBytes: 1 << 20,
        openTarget: async () => ({
          write: async () => {
            throw new Error('writing raw/cpu/node1: no space left')
          },
          commit: async () => expect.fail('committed'),
          abort: async () => undefined,
        }),
      },
      CALL,
    )
    await expect(pulling).rejects.toThrow('no space left')
  })
})
