import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/config/config.js'
import { withLoginScalars } from '../../src/config/login-scalars.js'
import { initTemplate, readInitTemplate } from '../../src/config/template.js'

const resolve = (text: string) => resolveConfig({ path: 'x.yml', text, env: {}, flags: {} }).config

describe('settings of the login from the environment', () => {
  it('take the place of their examples in the template, and mean the same there', async () => {
    const env = {
      CLUSTERP_SSH_GATEWAY: 'me@gw:2222,inner',
      CLUSTERP_SSH_USERNAME: 'prof',
      CLUSTERP_SSH_PORT: '2200',
      CLUSTERP_SSH_IDENTITY_FILE: '~/.ssh/key',
      CLUSTERP_SSH_HOST_KEY_CHECKING: 'accept-new',
      CLUSTERP_CONNECT: 'openssh',
    }
    const { text, unlike } = withLoginScalars(initTemplate(['n1'], await readInitTemplate()), env)
    expect(unlike).toEqual([])
    expect(text).toContain("in order.\nssh_gateway: 'me@gw:2222,inner'\n\n# The login name")
    expect(text).toContain('\nssh_port: 2200\n')
    expect(resolve(text).ssh).toMatchObject({
      gateways: ['me@gw:2222', 'inner'],
      username: 'prof',
      port: 2200,
      identityFile: '~/.ssh/key',
      hostKeyChecking: 'accept-new',
      connect: { kind: 'openssh' },
    })
  })

  it('are never a password or where it is, nor what is no part of a login', () => {
    const env = { CLUSTERP_SSH_PASSWORD: 'geheim', CLUSTERP_SSH_PASSWORD_ENV: 'PW', CLUSTERP_INTERVAL: '1' }
    expect(withLoginScalars('hosts: [a]\n', env)).toEqual({ text: 'hosts: [a]\n', unlike: [] })
  })

  it('leave a value of the file, and say which of them are others', () => {
    const text = 'hosts: [a]\nssh_gateway: old\nssh_port: 2200\n'
    const env = { CLUSTERP_SSH_GATEWAY: 'new', CLUSTERP_SSH_PORT: '2200' }
    expect(withLoginScalars(text, env)).toEqual({ text, unlike: ['CLUSTERP_SSH_GATEWAY'] })
  })

  it('come last in a file without an example of them', () => {
    const { text } = withLoginScalars('hosts: [a]', { CLUSTERP_SSH_GATEWAY: 'gw' })
    expect(text).toBe('hosts: [a]\n\nssh_gateway: gw\n')
  })
})
