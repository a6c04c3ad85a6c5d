import { describe, expect, it } from 'vitest'
import { labelHosts } from '../../src/charts/labels.js'

function labelsOf(...hosts: readonly (string | readonly [name: string, alias: string])[]): readonly string[] {
  return labelHosts(
    hosts.map((host) =>
      typeof host === 'string' ? { name: host, alias: null } : { name: host[0], alias: host[1] },
    ),
  )
}

describe('labelHosts', () => {
  it('takes the alias first', () => {
    expect(labelsOf(['host_1.com', 'MASTER'], ['host_2.com', 'W1'])).toEqual(['MASTER', 'W1'])
  })

  it('drops the domain that all names share, and no more', () => {
    expect(labelsOf('a.rack1.example.org', 'b.rack2.example.org')).toEqual(['a.rack1', 'b.rack2'])
    expect(labelsOf('a.example.org', 'b.example.com')).toEqual(['a.example.org', 'b.example.com'])
    expect(labelsOf('node1.example.org', 'localhost')).toEqual(['node1.example.org', 'localhost'])
    expect(labelsOf('node1.example.org')).toEqual(['node1'])
  })

  it('does not take a word that only ends alike for a domain', () => {
    expect(labelsOf('a.north.org', 'b.th.org')).toEqual(['a.north', 'b.th'])
  })

  it('leaves addresses whole', () => {
    expect(labelsOf('10.0.1.5', '10.0.2.5')).toEqual(['10.0.1.5', '10.0.2.5'])
    expect(labelsOf('fd00::1', 'fd00::2')).toEqual(['fd00::1', 'fd00::2'])
  })

  it('keeps ports apart from the domain', () => {
    expect(labelsOf('a.example.org:22', 'a.example.org:2222')).toEqual(['a:22', 'a:2222'])
  })

  it('cuts long names in the middle to 24 characters', () => {
    const [label] = labelsOf('alpha-abcdefghijklmnopqrstuvwxyz-omega')
    expect(label).toBe('alpha-abcdef…vwxyz-omega')
    expect(label).toHaveLength(24)
  })

  it('cuts elsewhere rather than making two labels the same', () => {
    const names = [1, 2].map((number) => `cluster-machine-room-${number}-of-the-north-building`)
    const labels = labelsOf(...names)
    expect(new Set(labels).size).toBe(2)
  })

  it('never gives two hosts the same label', () => {
    expect(new Set(labelsOf(['x', 'a'], 'a', ['y', 'a'])).size).toBe(3)
  })
})
