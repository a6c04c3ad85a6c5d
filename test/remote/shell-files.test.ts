import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ShellFile, shellFile } from '../../src/remote/shell-files.js'

const NAMES = readdirSync(new URL('../../src/remote/shell/', import.meta.url)) as ShellFile[]
const SCRIPTS = NAMES.filter((name) => name.endsWith('.sh'))

describe('shellFile', () => {
  it.each(NAMES)('%s comes without comment lines and without here-documents', (name) => {
    const text = shellFile(name)
    expect(text).not.toMatch(/^\s*#/m)
    expect(text).not.toContain('<<')
    expect(text.length).toBeGreaterThan(50)
  })

  it.each(SCRIPTS)('%s is one that sh can read as the body of a function', (name) => {
    const said = spawnSync('sh', ['-n'], { input: `f() {\n${shellFile(name)}\n}\n`, encoding: 'utf8' })
    expect(said).toMatchObject({ status: 0, stderr: '' })
  })

  it.each(SCRIPTS)('%s signals only what it listed itself', (name) => {
    expect(shellFile(name)).not.toMatch(/\b(pkill|killall)\b|kill[^\n]*-1\b/)
  })
})
