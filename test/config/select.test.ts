import { describe, expect, it } from 'vitest'
import { selectHosts } from '../../src/config/select.js'
import { ConfigError } from '../../src/errors.js'

const KNOWN = [
  { name: 'node01', alias: 'W01' },
  { name: 'node02', alias: 'W02' },
  { name: 'db:2222', alias: 'DB' },
  { name: 'localhost', alias: null },
]

function problemsOf(wanted: string, known = KNOWN): readonly string[] {
  try {
    selectHosts(known, wanted)
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems
    throw thrown
  }
  return []
}

describe('selectHosts', () => {
  it.each([
    ['node02', ['node02']],
    ['node02,node01,node02', ['node01', 'node02']],
    ['node[01-02]', ['node01', 'node02']],
    ['W[01-02]', ['node01', 'node02']],
    ['DB', ['db:2222']],
    ['db:2222', ['db:2222']],
    ['root@db:2222', ['db:2222']],
    ['local', ['localhost']],
    ['localhost', ['localhost']],
  ])('finds %j, in the order of the known hosts', (wanted, names) => {
    expect(selectHosts(KNOWN, wanted)).toEqual(names)
  })

  it('names everything that is unknown, with the near match, and ends with exit code 2', () => {
    expect(problemsOf('nod01,node[02-03],zebra')).toEqual([
      '--hosts: "nod01" is none of the 4 hosts; did you mean "node01"?',
      '--hosts: "node03" is none of the 4 hosts; did you mean "node01"?',
      '--hosts: "zebra" is none of the 4 hosts (node01, node02, db:2222, localhost)',
    ])
    expect(() => selectHosts(KNOWN, 'nod01')).toThrow(expect.objectContaining({ exitCode: 2 }))
  })

  it('refuses an empty list and a broken range', () => {
    expect(problemsOf(' ,')).toEqual(['--hosts: must name at least one host'])
    expect(problemsOf('node[01')).toEqual(['--hosts: "node[01": a bracket is not closed'])
  })

  it('lists at most eight hosts', () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ name: `n${index}`, alias: null }))
    expect(problemsOf('zebra', many as typeof KNOWN)).toEqual([
      '--hosts: "zebra" is none of the 20 hosts (n0, n1, n2, n3, n4, n5, n6, n7, …)',
    ])
  })
})
