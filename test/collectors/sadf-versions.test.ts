import { describe, expect, it } from 'vitest'
import { type VersionFact, versionProblem } from '../../src/collectors/sadf-versions.js'

/** Bytes 0 to 6 of a file of sysstat 12.6.1 on x86, as `od` prints them, with its version replaced. */
const head = (version: string): VersionFact => ({
  key: 'file_head',
  value: ` 150 213 117  33 ${version.replaceAll('.', '   ')}`,
})
const reader = (version: string): VersionFact => ({
  key: 'sadf_version',
  value: `sysstat version ${version}`,
})
const said = (value: string): VersionFact => ({ key: 'sadf_said', value })

// What sadf 12.6.1 printed of a file with another format's magic number and version.
const REFUSAL = [
  'Invalid system activity file: ./sa.bin',
  'File created by sar/sadc from sysstat version 10.1.5',
  'Current sysstat version cannot read the format of this file (0x2171)',
].map(said)

describe('a file of sysstat without rows', () => {
  it('case 30: names both versions when sadf says that it cannot read the other', () => {
    const problem = versionProblem([reader('12.6.1'), head('10.1.5'), ...REFUSAL])
    expect(problem).toBe(
      'sadf of sysstat 12.6.1 finds no rows in what sadc of sysstat 10.1.5 recorded: sysstat was replaced on the node ' +
        'meanwhile; the binary file was fetched, and sysstat 10.1.5 reads it',
    )
    expect(versionProblem([reader('12.6.1'), ...REFUSAL])).toBe(problem)
  })

  it('case 30: names both versions also when sadf says nothing and ends well, by the head of the file', () => {
    expect(versionProblem([reader('12.2.0'), head('12.7.2')])).toMatch(
      /^sadf of sysstat 12\.2\.0 finds no rows in what sadc of sysstat 12\.7\.2 recorded/,
    )
    // A machine with the other byte order.
    const swapped = { key: 'file_head', value: '213 150 33 117 11 7 2\n' }
    expect(versionProblem([reader('12.6.1'), swapped])).toMatch(/sadc of sysstat 11\.7\.2 recorded/)
  })

  it('is no question of versions when they are the same, or one is not known', () => {
    expect(versionProblem([])).toBeNull()
    expect(versionProblem([reader('12.6.1'), head('12.6.1')])).toBeNull()
    expect(versionProblem([reader('12.6.1'), { key: 'file_head', value: '' }])).toBeNull()
    expect(versionProblem([head('12.6.1'), ...REFUSAL])).toBeNull()
  })

  it('is not asked for its version when it was never written by sadc', () => {
    const text = { key: 'file_head', value: ' 116 104 105 115  32 119  97' }
    const refused = said('Invalid system activity file: ./sa.bin')
    expect(versionProblem([reader('12.6.1'), text, refused])).toBeNull()
  })
})
