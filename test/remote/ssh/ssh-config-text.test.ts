import { describe, expect, it } from 'vitest'
import { parseSshConfig } from '../../../src/remote/ssh/ssh-config.js'

const ENV = {
  home: '/home/me',
  user: 'me',
  vars: { KEYS: '/keys', AGENT: '/run/agent', SSH_AUTH_SOCK: '/run/auth' },
  host: 'n1',
}
const parse = (...lines: string[]) => parseSshConfig(lines.join('\n'), ENV)

describe('parseSshConfig', () => {
  it('reads what OpenSSH 9.2 prints', () => {
    const settings = parse(
      'host n1',
      'user bob',
      'hostname n1.example.org',
      'port 2200',
      'identitiesonly yes',
      'stricthostkeychecking accept-new',
      'hostkeyalias cluster',
      'identityagent $AGENT',
      'identityfile ~/.ssh/k1',
      'identityfile %d/.ssh/k2-%r-%h-%p-%n-%u-%%-%C',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as ssh_config writes variables
      'identityfile ${KEYS}/k3',
      'identityfile /tmp/with space/k4',
      'identityfile ~/.ssh/k1',
      'globalknownhostsfile /etc/x /etc/y',
      'userknownhostsfile /home/me/.ssh/kh1 /tmp/with space/kh2 ~/kh3 /etc/x',
      'proxyjump a,b@c:22,[::1]:22,ssh://u@h:99/',
    )
    expect(settings).toEqual({
      hostName: 'n1.example.org',
      user: 'bob',
      port: 2200,
      identityFiles: [
        '/home/me/.ssh/k1',
        '/home/me/.ssh/k2-bob-n1.example.org-2200-n1-me-%-%C',
        '/keys/k3',
        '/tmp/with space/k4',
      ],
      identitiesOnly: true,
      identityAgent: '/run/agent',
      proxyJump: ['a', 'b@c:22', '[::1]:22', 'u@h:99'],
      proxyCommand: null,
      hostKeyAlias: 'cluster',
      knownHostsFiles: ['/home/me/.ssh/kh1', '/tmp/with space/kh2', '/home/me/kh3', '/etc/x', '/etc/y'],
      userKnownHostsFile: '/home/me/.ssh/kh1',
      hostKeyChecking: 'accept-new',
    })
  })

  it('gives what ssh does without any configuration', () => {
    expect(parse()).toEqual({
      hostName: 'n1',
      user: 'me',
      port: 22,
      identityFiles: ['/home/me/.ssh/id_rsa', '/home/me/.ssh/id_ecdsa', '/home/me/.ssh/id_ed25519'],
      identitiesOnly: false,
      identityAgent: '/run/auth',
      proxyJump: [],
      proxyCommand: null,
      hostKeyAlias: null,
      knownHostsFiles: [
        '/home/me/.ssh/known_hosts',
        '/home/me/.ssh/known_hosts2',
        '/etc/ssh/ssh_known_hosts',
        '/etc/ssh/ssh_known_hosts2',
      ],
      userKnownHostsFile: '/home/me/.ssh/known_hosts',
      hostKeyChecking: 'strict',
    })
  })

  it.each([
    ['ask', 'strict'],
    ['true', 'strict'],
    ['yes', 'strict'],
    ['accept-new', 'accept-new'],
    ['false', 'off'],
    ['no', 'off'],
    ['off', 'off'],
  ])('takes stricthostkeychecking %s for %s', (word, checking) => {
    expect(parse(`stricthostkeychecking ${word}`).hostKeyChecking).toBe(checking)
  })

  it.each([
    ['none', null],
    ['SSH_AUTH_SOCK', '/run/auth'],
    ['$SSH_AUTH_SOCK', '/run/auth'],
    ['$NOT_SET', null],
    ['~/agent %u', '/home/me/agent me'],
  ])('takes identityagent %s for %s', (word, agent) => {
    expect(parse(`identityagent ${word}`).identityAgent).toBe(agent)
  })

  it('takes none for nothing everywhere', () => {
    const settings = parse(
      'identityfile none',
      'proxyjump none',
      'proxycommand none',
      'userknownhostsfile none',
      'globalknownhostsfile none',
    )
    expect(settings).toMatchObject({
      identityFiles: [],
      proxyJump: [],
      proxyCommand: null,
      knownHostsFiles: [],
      userKnownHostsFile: '/dev/null',
    })
  })

  it('expands the tokens of a ProxyCommand and leaves its variables to the shell', () => {
    const { proxyCommand } = parse(
      'hostname h.example',
      'port 23',
      'user bob',
      'proxycommand nc $X ~/a %r@%h:%p %n 5%%',
    )
    expect(proxyCommand).toBe('nc $X ~/a bob@h.example:23 n1 5%')
  })
})
