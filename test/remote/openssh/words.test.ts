import { describe, expect, it } from 'vitest'
import { controlWords, masterWords, sessionWords, throughGateway } from '../../../src/remote/openssh/words.js'

describe('the words of ssh', () => {
  const login = {
    hostname: 'n1',
    user: null,
    port: null,
    identityFile: null,
    hostKeyChecking: null,
    proxyCommand: null,
  }
  const program = { program: 'ssh', connectTimeoutMs: 1500 }

  it('round the time limit up and put the host behind --', () => {
    const words = sessionWords({ ...login, hostKeyChecking: 'strict' }, program)
    expect(words).toContain('ConnectTimeout=2')
    expect(words).toContain('StrictHostKeyChecking=yes')
    expect(words.slice(-3)).toEqual(['--', 'n1', 'sh'])
    expect(masterWords(login, '/p', program).slice(-2)).toEqual(['--', 'n1'])
    expect(controlWords('exit', '/p', 'n1')).toEqual(['-S', '/p', '-O', 'exit', '--', 'n1'])
  })

  it('lead through a master without a new login, with nothing left for ssh to expand but the node', () => {
    expect(throughGateway("/tmp/it's 5%/1", 'fe80::1%eth0', { ...program, program: '/opt/ssh' })).toBe(
      `'/opt/ssh' -o BatchMode=yes -o ProxyCommand=false -o ControlMaster=no -S '/tmp/it'\\''s 5%%/1' -W '[%h]:%p' -- 'fe80::1%%eth0'`,
    )
  })
})
