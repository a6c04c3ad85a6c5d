import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldHosts } from '../../src/commands/folded-hosts.js'
import { expandRange, splitHostList } from '../../src/config/hosts.js'

describe('foldHosts', () => {
  it.each([
    [['node1'], 'node1'],
    [['node1', 'node2', 'node3'], 'node[1-3]'],
    [['node01', 'node02', 'node10'], 'node[01-02,10]'],
    [['node9', 'node10', 'node11'], 'node[9-11]'],
    [['n1', 'n01'], 'n1,n01'],
    [['login', 'node2', 'node1', 'gw'], 'login,node[1-2],gw'],
    [['n1.example.org', 'n2.example.org', 'n2.example.com'], 'n[1-2].example.org,n2.example.com'],
    [['r1n1', 'r1n2', 'r2n1'], 'r1n[1-2],r2n1'],
    [['10.77.0.11', '10.77.0.12'], '10.77.0.[11-12]'],
    [['n1:2222', 'n2:2222', 'n2:22'], 'n[1-2]:2222,n2:22'],
    [['n1-ib', 'n2-ib'], 'n[1-2]-ib'],
    [['localhost', 'localhost'], 'localhost'],
    [['::1', 'fe80::2'], '::1,fe80::2'],
    [[], ''],
  ])('writes %j as %s', (names, folded) => {
    expect(foldHosts(names)).toBe(folded)
  })

  it('says no host that it was not given, and leaves none out', () => {
    const part = fc.constantFrom('n', 'node', 'a-', 'r1c', '')
    const name = fc
      .tuple(part, fc.stringMatching(/^\d{1,4}$/), fc.constantFrom('', '.x.org', ':22', '-ib', 'b'))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 30 }), (names) => {
        const expanded = splitHostList(foldHosts(names)).flatMap((item) => {
          const range = expandRange(item)
          if ('problem' in range) throw new Error(range.problem)
          return range.value.map(({ text }) => text)
        })
        expect(expanded.toSorted()).toEqual(names.toSorted())
      }),
    )
  })
})
