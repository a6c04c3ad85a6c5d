import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { HostError } from '../../src/errors.js'
import { forEachHost } from '../../src/remote/fanout.js'

const HOSTS = Array.from({ length: 20 }, (_, at) => ({ name: `node${at}` }))

describe('forEachHost', () => {
  it('makes a value of a host that fails, and goes on with the others', async () => {
    const outcomes = await forEachHost(HOSTS.slice(0, 3), 2, async ({ name }) => {
      if (name === 'node0') throw new HostError(name, 'connect: refused', { hint: 'try: ssh node0 true' })
      if (name === 'node1') throw new TypeError('x is not a function')
      return { value: name.length, warnings: ['late'] }
    })
    expect(outcomes).toMatchObject([
      { host: 'node0', ok: false, error: { message: 'connect: refused', hint: 'try: ssh node0 true' } },
      { host: 'node1', ok: false, error: { message: 'working on this host: x is not a function' } },
      { host: 'node2', ok: true, value: 5, warnings: ['late'] },
    ])
    expect(outcomes.slice(0, 2).every((outcome) => !outcome.ok && outcome.error instanceof HostError)).toBe(
      true,
    )
  })

  it('has at most so many hosts in work at once, and that many', async () => {
    let inWork = 0
    let most = 0
    await forEachHost(HOSTS, 4, async () => {
      most = Math.max(most, ++inWork)
      await sleep(5)
      inWork--
      return { value: null }
    })
    expect(most).toBe(4)
  })

  it('keeps the order of the hosts, and tells each one as it ends', async () => {
    const told: string[] = []
    const outcomes = await forEachHost(
      HOSTS.slice(0, 3),
      3,
      async ({ name }) => {
        await sleep(name === 'node0' ? 60 : name === 'node1' ? 30 : 1)
        return { value: null }
      },
      (outcome) => told.push(outcome.host),
    )
    expect(outcomes.map((outcome) => outcome.host)).toEqual(['node0', 'node1', 'node2'])
    expect(told).toEqual(['node2', 'node1', 'node0'])
  })

  it('says no warnings where none were given', async () => {
    expect(await forEachHost(HOSTS.slice(0, 1), 1, async () => ({ value: 1 }))).toEqual([
      { host: 'node0', ok: true, value: 1, warnings: [] },
    ])
  })
})
