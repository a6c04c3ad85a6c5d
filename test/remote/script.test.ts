import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { newMarker, scriptText } from '../../src/remote/script.js'
import { fixedRandom } from './fake-transport.js'

const MARKER = newMarker(fixedRandom)

function run(script: string): { stdout: string; stderr: string; status: number | null } {
  return spawnSync('sh', [], { input: script, encoding: 'utf8' })
}

describe('newMarker', () => {
  it('holds 64 bits in hexadecimal', () => {
    expect(MARKER).toBe('clusterp-0102030405060708')
  })
})

describe('scriptText', () => {
  it('hands hostile values to the body as they are', () => {
    const value = `it's $HOME \`id\` "\\n" $(touch x)\nsecond line; exit 3`
    const { stdout } = run(
      scriptText({ variables: { value }, body: `printf '%s' "$_clusterp_value"` }, MARKER),
    )
    expect(stdout).toBe(`\n${MARKER} BEGIN\n${value}\n${MARKER} END 0\n`)
  })

  it('ends with the code of the body', () => {
    expect(run(scriptText({ variables: {}, body: 'return 7' }, MARKER)).stdout).toBe(
      `\n${MARKER} BEGIN\n\n${MARKER} END 7\n`,
    )
    expect(run(scriptText({ variables: {}, body: 'false' }, MARKER)).stdout).toContain(`${MARKER} END 1\n`)
  })

  it('says no end when the body leaves the shell', () => {
    expect(run(scriptText({ variables: {}, body: 'exit 0' }, MARKER)).stdout).not.toContain('END')
  })

  it('gives the marker and the functions to the body, and the C locale', () => {
    const body = `fact marker "$_clusterp_marker"; fact locale "$LC_ALL"; umask`
    expect(run(scriptText({ variables: { marker: 'another' }, body }, MARKER)).stdout).toBe(
      `\n${MARKER} BEGIN\nmarker\t${MARKER}\nlocale\tC\n0077\n\n${MARKER} END 0\n`,
    )
  })

  it('has nothing outside the function but names that begin with _clusterp_', () => {
    const text = scriptText({ variables: { a: "x'y", b: '' }, body: 'true' }, MARKER)
    const lines = text.split('\n')
    const [from, to] = [lines.indexOf('_clusterp_main() {'), lines.lastIndexOf('}')]
    expect([...lines.slice(0, from), ...lines.slice(to + 1)]).toEqual([
      `_clusterp_a='x'\\''y'`,
      `_clusterp_b=''`,
      `_clusterp_marker='${MARKER}'`,
      '_clusterp_main',
      '',
    ])
  })
})
