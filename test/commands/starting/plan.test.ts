import { describe, expect, it } from 'vitest'
import { planSession } from '../../../src/commands/starting/plan.js'
import { resolveConfig } from '../../../src/config/config.js'

describe('planSession', () => {
  const text = 'hosts: [local, {me@db:2222: DB}]\ninterval: 5\nduration: 1h\nssh_password: gr33n-tea\n'
  const { config } = resolveConfig({ path: 'config.yml', text, env: {}, flags: {} })
  const session = planSession(config, 'baseline', {
    now: () => Date.UTC(2026, 10, 20, 8, 5, 21, 42),
    random: (bytes) => new Uint8Array(bytes).fill(0xab),
    version: '0.1.0',
    controllerHost: 'login1',
    directory: '/work',
  })

  it('has an id of the UTC time and random digits, and nothing begun', () => {
    expect(session).toMatchObject({
      id: '20261120-080521-abababab',
      name: 'baseline',
      state: 'starting',
      startMs: null,
      stoppedMs: null,
      intervalSec: 5,
      durationSec: 3600,
      controller: { host: 'login1', directory: '/work' },
    })
  })

  it('numbers the hosts from 1, each planned and with no folder yet', () => {
    expect(
      session.hosts.map(({ number, name, state, remotePath }) => [number, name, state, remotePath]),
    ).toEqual([
      [1, 'localhost', 'planned', null],
      [2, 'db:2222', 'planned', null],
    ])
    expect(session.hosts[1]).toMatchObject({
      alias: 'DB',
      user: 'me',
      port: 2222,
      hostname: 'db',
      isLocal: false,
    })
  })

  it('holds no password', () => {
    expect(JSON.stringify(session)).not.toContain('gr33n')
  })
})
