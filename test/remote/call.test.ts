import { describe, expect, it } from 'vitest'
import { HostError } from '../../src/errors.js'
import { callNode, callNodeOrThrow, factOf, factsOf, LostCallError } from '../../src/remote/call.js'
import { CALL, fakeTransport, saying } from './fake-transport.js'

const SCRIPT = { variables: {}, body: 'fact a 1' }
const OPTIONS = { ...CALL, doing: 'probe' }

describe('callNode', () => {
  it('gives the facts and the code of a script that ended', async () => {
    const node = fakeTransport((_script, marker) => saying(marker, ['a\t1', 'b\t2', 'a\t3']))
    const answer = await callNode(node, SCRIPT, OPTIONS)
    expect(answer.code).toBe(0)
    expect(factsOf(answer, 'a')).toEqual(['1', '3'])
    expect(factOf(answer, 'a')).toBe('3')
    expect(factOf(answer, 'c')).toBeNull()
  })

  it('takes a script that failed for an answer', async () => {
    const node = fakeTransport((_script, marker) => saying(marker, ['error\tno'], 1))
    expect((await callNode(node, SCRIPT, OPTIONS)).code).toBe(1)
  })

  it('is lost without the end marker, whatever was said before it', async () => {
    const node = fakeTransport((_script, marker) => ({ stdout: [`\n${marker} BEGIN\na\t1\n`] }))
    const error = await callNode(node, SCRIPT, OPTIONS).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(LostCallError)
    expect(error).toMatchObject({
      host: 'node1',
      message: 'probe: the script ended without an answer',
      hint: 'see what the node says: clusterp status --hosts node1',
    })
  })

  it('quotes the first line that sh said on its way out', async () => {
    const stderr = '\nsh: 3: Syntax error: end of file unexpected\nmore\n'
    const node = fakeTransport(() => ({ stdout: ['Welcome\n'], stderr }))
    await expect(callNode(node, SCRIPT, OPTIONS)).rejects.toThrow(
      /^probe: sh said: sh: 3: Syntax error: end of file unexpected$/,
    )
  })

  it('tells how the transport ended rather than what sh said', async () => {
    const end = { kind: 'timeout', detail: 'no answer within 5 s' } as const
    const node = fakeTransport(() => ({ stdout: [], stderr: 'warning: x\n', end }))
    await expect(callNode(node, SCRIPT, OPTIONS)).rejects.toThrow('probe: no answer within 5 s')
  })

  it('counts an answer that came although the link was lost after it', async () => {
    const node = fakeTransport((_script, marker) => ({
      ...saying(marker, ['a\t1']),
      end: { kind: 'lost', detail: 'connection reset' },
    }))
    expect(factOf(await callNode(node, SCRIPT, OPTIONS), 'a')).toBe('1')
  })

  it('marks each call with 64 fresh random bits', async () => {
    let calls = 0
    const node = fakeTransport((_script, marker) => saying(marker, [`marker\t${marker}`]))
    const random = (count: number) => new Uint8Array(count).fill(++calls)
    const markers: (string | null)[] = []
    for (let turn = 0; turn < 2; turn++) {
      markers.push(factOf(await callNode(node, SCRIPT, { ...OPTIONS, random }), 'marker'))
    }
    expect(markers).toEqual(['clusterp-0101010101010101', 'clusterp-0202020202020202'])
  })
})

describe('callNodeOrThrow', () => {
  it('makes a sentence of what a failed script said', async () => {
    const node = fakeTransport((_script, marker) => saying(marker, ['error\tthe disk is full'], 1))
    const error = await callNodeOrThrow(node, SCRIPT, OPTIONS).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HostError)
    expect(error).not.toBeInstanceOf(LostCallError)
    expect(error).toMatchObject({ message: 'probe: the disk is full' })
  })

  it('names the code of a script that failed without a word', async () => {
    const node = fakeTransport((_script, marker) => saying(marker, [], 127))
    await expect(callNodeOrThrow(node, SCRIPT, OPTIONS)).rejects.toThrow(
      'probe: the script ended with code 127',
    )
  })

  it('does not take a garbled code for success', async () => {
    const node = fakeTransport((_script, marker) => ({
      stdout: [`\n${marker} BEGIN\n\n${marker} END x\n`],
    }))
    await expect(callNodeOrThrow(node, SCRIPT, OPTIONS)).rejects.toThrow(HostError)
  })
})
