import { describe, expect, it } from 'vitest'
import { expandRange, parseAddress, splitHostList } from '../../src/config/hosts.js'

function expanded(text: string): string[] {
  const range = expandRange(text)
  if ('problem' in range) throw new Error(range.problem)
  return range.value.map((host) => host.text)
}

describe('splitHostList', () => {
  it.each([
    ['a,b', ['a', 'b']],
    ['node[1,3],b', ['node[1,3]', 'b']],
    [' a , b ,', ['a', 'b']],
    ['r[1,2]n[3,4],[::1]:22', ['r[1,2]n[3,4]', '[::1]:22']],
    ['', []],
    [',', []],
  ])('splits %j at the commas outside brackets', (text, items) => {
    expect(splitHostList(text)).toEqual(items)
  })
})

describe('expandRange', () => {
  it.each([
    ['a', ['a']],
    ['node[1-3]', ['node1', 'node2', 'node3']],
    ['node[01-03,20]', ['node01', 'node02', 'node03', 'node20']],
    ['n[08-11]', ['n08', 'n09', 'n10', 'n11']],
    ['n[099-101]', ['n099', 'n100', 'n101']],
    ['n[9-10]', ['n9', 'n10']],
    ['n[0-2]', ['n0', 'n1', 'n2']],
    ['n[1-9/4]', ['n1', 'n5', 'n9']],
    ['n[1-8/4]', ['n1', 'n5']],
    ['n[5]', ['n5']],
    ['n[3,1]', ['n3', 'n1']],
    ['r[1-2]n[01-02]x', ['r1n01x', 'r1n02x', 'r2n01x', 'r2n02x']],
    ['[1-2]n', ['1n', '2n']],
    ['root@n[1-2]:22', ['root@n1:22', 'root@n2:22']],
    ['[::1]:22', ['[::1]:22']],
    ['root@[fe80::1]:22', ['root@[fe80::1]:22']],
  ])('expands %j', (text, hosts) => {
    expect(expanded(text)).toEqual(hosts)
  })

  it('keeps what the brackets became, for the {} of an alias', () => {
    expect(expandRange('r[1-1]n[01-02]')).toEqual({
      value: [
        { text: 'r1n01', inner: '1-01' },
        { text: 'r1n02', inner: '1-02' },
      ],
    })
    expect(expandRange('a')).toEqual({ value: [{ text: 'a', inner: null }] })
  })

  it.each([
    ['n[1-', '"n[1-": a bracket is not closed'],
    ['n1]', '"n1]": a bracket is not closed'],
    ['n[]', '"n[]": "" in brackets is no number or range such as 01-16'],
    ['n[a-c]', '"n[a-c]": "a-c" in brackets is no number or range such as 01-16'],
    ['n[1,]', '"n[1,]": "" in brackets is no number or range such as 01-16'],
    ['n[1[2]]', '"n[1[2]]": "1[2" in brackets is no number or range such as 01-16'],
    ['n[5-1]', '"n[5-1]": the range "5-1" goes backwards'],
    ['n[1-9/0]', '"n[1-9/0]": the step of "1-9/0" is 0'],
    ['n[1-010]', '"n[1-010]": the two ends of "1-010" are padded with zeros to different lengths'],
    ['n[1-10001]', '"n[1-10001]": "1-10001" stands for more than 10000 hosts'],
    ['n[1-999999999999999]', '"n[1-999999999999999]": "1-999999999999999" stands for more than 10000 hosts'],
    ['n[1-200]m[1-200]', '"n[1-200]m[1-200]" stands for more than 10000 hosts'],
  ])('refuses %j', (text, problem) => {
    expect(expandRange(text)).toEqual({ problem })
  })

  it('expands exactly 10 000 hosts', () => {
    expect(expanded('n[0001-10000]')).toHaveLength(10_000)
  })
})

describe('parseAddress', () => {
  it.each([
    ['host_1.com', null, 'host_1.com', null],
    ['root@10.0.0.7:2222', 'root', '10.0.0.7', 2222],
    ['DOM\\user@node-1', 'DOM\\user', 'node-1', null],
    ['me@example.org@gw', 'me@example.org', 'gw', null],
    ['::1', null, '::1', null],
    ['[::1]:22', null, '::1', 22],
    ['[::1]', null, '::1', null],
    ['u@fe80::1%eth0', 'u', 'fe80::1%eth0', null],
    ['a:65535', null, 'a', 65535],
  ])('reads %j', (text, user, hostname, port) => {
    expect(parseAddress(text)).toEqual({ value: { user, hostname, port } })
  })

  it.each([
    'a:0',
    'a:65536',
    'a:022',
    'a:x',
    'a:',
    'a:1:2',
    '[::1]22',
    '[node]:22',
    '-oProxyCommand=x',
    '-l@host',
    '@host',
    'user@',
    'a b',
    'a/b',
    'a..b',
    '../etc',
    '.a',
    'a;b',
    'a$(b)',
    "a'b",
    'u$x@a',
    'a\x07',
    'x'.repeat(231),
    '',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toHaveProperty('problem')
  })

  it('never repeats a password that was written into an address', () => {
    for (const text of ['root:hunter2@gw', 'ssh://root:hunter2@gw:22']) {
      expect(JSON.stringify(parseAddress(text))).not.toContain('hunter2')
      expect(JSON.stringify(parseAddress(text))).toContain('without a password')
    }
  })
})
