import { readFile } from 'node:fs/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { COMMAND_NAMES } from '../../src/cli/commands.js'
import { renderHelp } from '../../src/cli.js'
import { clusterp, newPlace, removePlaces } from '../support/program.js'

afterAll(removePlaces)

describe('the help that the build stores', () => {
  it('is word for word what yargs renders', async () => {
    const stored = JSON.parse(await readFile(new URL('../../dist/help.json', import.meta.url), 'utf8'))
    expect(Object.keys(stored)).toEqual(['', ...COMMAND_NAMES])
    for (const name of COMMAND_NAMES) expect(stored[name]).toBe(await renderHelp(name))
    expect(stored['']).toBe(await renderHelp(null))
  })

  it.each([
    [['--help'], ['--no-color', '--help']],
    [
      ['stop', '--help'],
      ['stop', '--no-color', '--help'],
    ],
    [['-h'], ['--help']],
  ])('is printed by %j as by %j, which yargs answers', async (stored, live) => {
    const place = await newPlace(null)
    const [first, second] = await Promise.all([clusterp(place, stored), clusterp(place, live)])
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout.trimEnd()).toBe(second.stdout.trimEnd())
    expect(first.stdout).toContain('clusterp')
  })
})
