import { describe, expect, it } from 'vitest'
import { AwaitedError, type SilenceRoom, silenceLines } from '../../../src/commands/watching/silent-hosts.js'
import { HostError } from '../../../src/errors.js'
import type { Outcome } from '../../../src/model.js'
import { sampleHost } from '../../session/sample.js'

const hosts = ['node1', 'node2', 'node3', 'node4', 'node10'].map((name, at) => sampleHost(name, at + 1))
const silent = (host: string, message: string): Outcome<null> => ({
  host,
  ok: false,
  error: new HostError(host, message),
})
const lines = (outcomes: readonly Outcome<null>[], room?: SilenceRoom) =>
  silenceLines(outcomes, hosts, room).map((block) => (block.kind === 'line' ? block.text : ''))

describe('why hosts are silent', () => {
  it('is said once for all hosts with the same reason, each of which names itself', () => {
    const late = (name: string) => silent(name, `connect: no answer from ${name} port 22 within 10 s`)
    expect(lines([late('node1'), silent('node2', 'status: lost'), late('node3'), late('node10')])).toEqual([
      'node[1,3,10]: connect: no answer from node[1,3,10] port 22 within 10 s',
      'node2: status: lost',
    ])
  })

  it('takes no more lines than there is room for, and counts the other hosts', () => {
    const all = [silent('node1', 'a'), silent('node2', 'b'), silent('node3', 'c'), silent('node4', 'c')]
    const room = { reasons: 1, width: 79 }
    expect(lines(all, room)).toEqual(['node1: a', 'and 3 more without an answer'])
  })

  it('is broken between words where the lines are short', () => {
    const one = [silent('node1', 'connect: no answer within 10 s')]
    expect(lines(one, { reasons: 1, width: 20 })).toEqual(['node1: connect: no', '  answer within 10 s'])
  })

  it('is not said of hosts that answer or whose answer is awaited', () => {
    const answered: Outcome<null> = { host: 'node1', ok: true, value: null, warnings: [] }
    const awaited: Outcome<null> = { host: 'node2', ok: false, error: new AwaitedError('node2') }
    expect(lines([answered, awaited])).toEqual([])
  })
})
