import { describe, expect, it } from 'vitest'
import { configOf, problemsOf } from './resolving.js'

describe('the order of sources', () => {
  const file = 'hosts: [a]\ninterval: 1\nduration: 1h\nssh_port: 1\nplot: {layout: lines, theme: dark}'

  it('lays flag over environment over file over default', () => {
    const env = {
      CLUSTERP_INTERVAL: '2',
      CLUSTERP_DURATION: '2h',
      CLUSTERP_SSH_PORT: '2',
      CLUSTERP_COLLECTOR: 'sar',
    }
    expect(configOf(file)).toMatchObject({
      intervalSec: 1,
      durationSec: 3600,
      ssh: { port: 1 },
      collector: 'auto',
    })
    expect(configOf(file, env)).toMatchObject({
      intervalSec: 2,
      durationSec: 7200,
      ssh: { port: 2 },
      collector: 'sar',
    })
    expect(configOf(file, env, { interval: '3', duration: '3h' })).toMatchObject({
      intervalSec: 3,
      durationSec: 10_800,
    })
  })

  it.each([
    ['CLUSTERP_SSH_GATEWAY', 'g', { ssh: { gateways: ['g'] } }],
    ['CLUSTERP_SSH_USERNAME', 'u', { ssh: { username: 'u' } }],
    ['CLUSTERP_SSH_PASSWORD', 'p w', { ssh: { password: 'p w' } }],
    ['CLUSTERP_SSH_PASSWORD_ENV', 'N', { ssh: { passwordEnv: 'N' } }],
    ['CLUSTERP_SSH_IDENTITY_FILE', '/k', { ssh: { identityFile: '/k' } }],
    ['CLUSTERP_SSH_HOST_KEY_CHECKING', 'accept-new', { ssh: { hostKeyChecking: 'accept-new' } }],
    ['CLUSTERP_CONNECT', 'openssh', { ssh: { connect: { kind: 'openssh' } } }],
    ['CLUSTERP_MAX_SIZE', '2MB', { maxSizeBytes: 2_000_000 }],
    ['CLUSTERP_CONCURRENCY', '7', { concurrency: 7 }],
    ['CLUSTERP_CONNECT_TIMEOUT', '7', { connectTimeoutMs: 7000 }],
    ['CLUSTERP_REMOTE_DIR', '/x', { remoteDir: '/x' }],
    ['CLUSTERP_PLOT_LAYOUT', 'lines', { plot: { layout: 'lines', theme: 'dark' } }],
    ['CLUSTERP_PLOT_THEME', 'light', { plot: { layout: 'lines', theme: 'light' } }],
  ])('reads %s', (name, value, expected) => {
    expect(configOf(file, { [name]: value })).toMatchObject(expected)
  })

  it('ignores empty variables and those of other things', () => {
    const env = { CLUSTERP_INTERVAL: '', CLUSTERP_SESSION: 'x', CLUSTERP_MARKS: 'y', CLUSTERP_NONSENSE: 'z' }
    expect(configOf(file, env).intervalSec).toBe(1)
  })

  it('names the source of a problem', () => {
    expect(problemsOf(file, { CLUSTERP_INTERVAL: 'x' })).toEqual([
      'CLUSTERP_INTERVAL: must be a whole number of seconds, 1 or more, got "x"',
    ])
    expect(problemsOf(file, {}, { interval: '0' })).toEqual([
      '--interval: must be a whole number of seconds, 1 or more, got 0',
    ])
  })

  it('lets a password from the environment put aside the one of the file, in either form', () => {
    expect(configOf('hosts: [a]\nssh_password_env: X', { CLUSTERP_SSH_PASSWORD: 'p' }).ssh).toMatchObject({
      password: 'p',
      passwordEnv: null,
    })
  })
})
