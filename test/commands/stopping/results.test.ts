import { describe, expect, it } from 'vitest'
import { nothingToStop, stopResult, undoneResult } from '../../../src/commands/stopping/results.js'
import type { SessionHost } from '../../../src/model.js'
import { sampleHost, sampleSession } from '../../session/sample.js'

const base = sampleHost('node1', 1)
/** A host of which something was fetched. */
const host = (name: string, change: Partial<SessionHost>): SessionHost => ({
  ...base,
  name,
  clock: { ...base.clock, stop: base.clock.start },
  ...change,
})
const neverFetched = { clock: base.clock } as const
const lines = (result: { blocks: readonly unknown[] }) =>
  result.blocks.map((block) => (block as { text: string }).text)

describe('stopResult', () => {
  it('of hosts that are all clean is 0', () => {
    const session = sampleSession({ state: 'stopped', hosts: [host('node1', { state: 'cleaned' })] })
    const result = stopResult(session, [])
    expect(result.exitCode).toBe(0)
    expect(lines(result)).toEqual([`Session ${session.id}: the data of 1 of 1 host are complete.`])
    expect(result.json).toEqual({ session: session.id, state: 'stopped', partial: [] })
  })

  it('counts each host once and says what is wrong with which, with code 3', () => {
    const hosts = [
      host('node1', { state: 'cleaned' }),
      host('node2', { state: 'cleaned', problems: ['sadc died', 'cpu: cut'] }),
      host('node3', {
        state: 'pending',
        error: { message: 'connect: no answer', hint: null },
        problems: ['x'],
      }),
      host('node4', { state: 'failed', error: { message: 'probe: no sh', hint: null } }),
    ]
    const result = stopResult(sampleSession({ state: 'stopped', hosts }), [])
    expect(result.exitCode).toBe(3)
    expect(lines(result).slice(1)).toEqual([
      '  node2: partial: sadc died; cpu: cut',
      '  node3: partial: x',
      '  node4: was not recorded: probe: no sh',
      '  node3: pending: connect: no answer',
      'To try these again: clusterp stop',
    ])
    expect(lines(result)[0]).toContain('the data of 1 of 4 hosts are complete')
    expect(result.json.partial).toEqual([
      { host: 'node2', problems: ['sadc died', 'cpu: cut'] },
      { host: 'node3', problems: ['x'] },
    ])
  })

  it('does not call data complete where nothing was recorded', () => {
    const hosts = [host('node1', { state: 'cleaned', ...neverFetched }), host('node2', { state: 'cleaned' })]
    const session = sampleSession({ state: 'stopped', hosts })
    expect(lines(stopResult(session, []))).toEqual([
      `Session ${session.id}: the data of 1 of 2 hosts are complete.`,
      '  node1: nothing was recorded there',
    ])
  })

  it('is 0 while other hosts simply go on recording', () => {
    const hosts = [host('node1', { state: 'cleaned' }), host('node2', { state: 'running' })]
    const result = stopResult(sampleSession({ state: 'running', hosts }), [])
    expect(result.exitCode).toBe(0)
    expect(lines(result)).toContain('  node2: running: still recording')
  })
})

describe('nothingToStop', () => {
  it('says the same as the stop before, and that there is something to parse', () => {
    const session = sampleSession({ state: 'stopped', hosts: [host('node1', { state: 'cleaned' })] })
    const { result, hasData } = nothingToStop(session, session.hosts)
    expect(hasData).toBe(true)
    expect(result).toEqual(stopResult(session, [{ host: 'node1', alias: null, ok: true, error: null }]))
    const bare = host('node1', { state: 'cleaned', ...neverFetched })
    expect(nothingToStop(session, [bare]).hasData).toBe(false)
  })
})

describe('undoneResult', () => {
  it('is 0 when nothing was left, 3 with the folder to go on in when something was', () => {
    const session = sampleSession()
    expect(undoneResult(session, null).result).toMatchObject({
      exitCode: 0,
      hosts: [{ ok: true }, { ok: true }],
    })
    const { result, hasData } = undoneResult(session, {
      directory: `sessions/${session.id}`,
      hosts: ['node1'],
    })
    expect(hasData).toBe(false)
    expect(result).toMatchObject({ exitCode: 3, hosts: [{ host: 'node1', ok: false }, { ok: true }] })
    expect(lines(result)[0]).toContain(`clusterp -C sessions/${session.id} stop`)
  })
})
