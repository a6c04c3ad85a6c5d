import { describe, expect, it } from 'vitest'
import { readHosts } from '../../src/config/host-list.js'
import { parseYaml } from '../../src/config/yaml.js'

function read(text: string) {
  return readHosts(parseYaml(text, 'c.yml').get('hosts') ?? null, 'c.yml', new Map())
}

function summary(text: string): string[] {
  const { hosts, problems } = read(text)
  expect(problems).toEqual([])
  return hosts.map(({ name, alias }) => (alias === null ? name : `${name}=${alias}`))
}

describe('readHosts', () => {
  it.each([
    ['hosts: [a, b]', ['a', 'b']],
    ['hosts: a', ['a']],
    ['hosts: a, n[1,2]', ['a', 'n1', 'n2']],
    ['hosts: {a: A, b: B, c: }', ['a=A', 'b=B', 'c']],
    ['hosts:\n- a: A\n- b:\n- c', ['a=A', 'b', 'c']],
    ['hosts: {10: A, 2: B}', ['10=A', '2=B']],
    ['hosts:\n- node[01-02,7]: W{}', ['node01=W01', 'node02=W02', 'node7=W7']],
    [
      'hosts:\n- r[1-2]n[01-02]: "{}/{}"',
      ['r1n01=1-01/1-01', 'r1n02=1-02/1-02', 'r2n01=2-01/2-01', 'r2n02=2-02/2-02'],
    ],
    ['hosts:\n- n[5]: five', ['n5=five']],
    ['hosts:\n- root@a:22\n- a:23\n- "[::1]:22"\n- ::1', ['a:22', 'a:23', '[::1]:22', '::1']],
    ['hosts:\n- name: host', ['name=host']],
    ['hosts:\n- a: a', ['a=a']],
    ['hosts:\n- local: Me', ['localhost=Me']],
  ])('reads %j', (text, hosts) => {
    expect(summary(text)).toEqual(hosts)
  })

  it('keeps user, port and address apart from the name', () => {
    expect(read('hosts:\n- me@n[1-1]:2222\n- "u@[::1]:22"').hosts).toEqual([
      { name: 'n1:2222', hostname: 'n1', user: 'me', port: 2222, alias: null, isLocal: false },
      { name: '[::1]:22', hostname: '::1', user: 'u', port: 22, alias: null, isLocal: false },
    ])
  })

  it.each([
    ['- a\n- a', 'hosts[1]: host "a" is used twice (also hosts[0])'],
    ['- a\n- u@a', 'hosts[1]: host "a" is used twice (also hosts[0])'],
    ['- n[1-3]\n- b\n- n2', 'hosts[2]: host "n2" is used twice (also hosts[0])'],
    ['- n[1,1]', 'hosts[0]: host "n1" is used twice'],
    ['- Node1\n- node1', 'hosts[1]: host "node1" would be the same file name as "Node1" (also hosts[0])'],
    ['- local\n- localhost', 'hosts[1]: host "localhost" is used twice (also hosts[0])'],
    ['- a: db\n- b\n- c: db', 'hosts[2]: alias "db" is used twice (also hosts[0])'],
    ['- a: x y\n- b: x/y', 'hosts[1]: alias "x/y" would be the same file name as "x y" (also hosts[0])'],
    ['- a: DB\n- b: db', 'hosts[1]: alias "db" would be the same file name as "DB" (also hosts[0])'],
    ['- a: b\n- b', 'hosts[0]: alias "b" is the name of another host (also hosts[1])'],
    ['- n[1-2]: W', 'hosts[0]: alias "W" would be that of 2 hosts; put {} where their numbers belong'],
    [
      '- n: W{}',
      'hosts[0]: alias "W{}" holds {}, which stands for the numbers of a range such as node[01-04]',
    ],
    ['- a: ../x', 'hosts[0]: alias "../x" holds ".."'],
    ['- a: "x\\ty"', 'hosts[0]: alias "x\\x09y" holds a control character'],
    ['- a: [b]', 'hosts[0]: the alias of "a" must be a text, got a list'],
    ['- [a]', 'hosts[0]: must be [user@]host[:port] or host: ALIAS, got a list'],
    ['- a\n-', 'hosts[1]: is empty'],
    ['- {}', 'hosts[0]: is empty'],
    [
      '- a,b',
      'hosts[0]: "a,b": the host may hold letters, digits, ".", "_" and "-", and begins with no "-" or "."',
    ],
    ['- local:22', 'hosts[0]: "local:22": local is this machine without SSH and takes neither user nor port'],
    [
      '- name: a\n  port: 22',
      'hosts[0]: holds several keys ("name", "port"); an entry is one host, as in user@host:22: ALIAS',
    ],
    ['- n[2-1]', 'hosts[0]: "n[2-1]": the range "2-1" goes backwards'],
  ])('refuses %j', (lines, problem) => {
    expect(read(`hosts:\n${lines}`).problems).toEqual([`c.yml: ${problem}`])
  })

  it('stops at more than 10 000 hosts in all', () => {
    const { hosts, problems } = read('hosts:\n- a[1-6000]\n- b[1-6000]')
    expect(hosts).toEqual([])
    expect(problems).toEqual(['c.yml: hosts[1]: more than 10000 hosts up to here'])
  })
})
