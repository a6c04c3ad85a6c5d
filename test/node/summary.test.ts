import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { plant } from '../support/planted.js'
import { writePlanted } from '../support/planted-session.js'
import { clusterp, newPlace, type Place, removePlaces } from '../support/program.js'

afterAll(removePlaces)

async function placeWith(cause: 'network' | 'none'): Promise<Place> {
  const place = await newPlace()
  await writePlanted(place.directory, plant({ cause }))
  return place
}

describe.concurrent('summary', () => {
  it('prints the verdict, and as the last line of --json an object with the findings behind it', async () => {
    const place = await placeWith('network')
    const shown = await clusterp(place, ['summary'])
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout.replaceAll(/\s+/g, ' ')).toContain('the network was the bottleneck on 7 of 8 nodes')
    const told = await clusterp(place, ['summary', '--json'])
    expect(told.json).toMatchObject({
      ok: true,
      exitCode: 0,
      verdict: { kind: 'bottleneck', resource: 'network', device: 'em1' },
      phases: [{ label: 'whole run', seconds: 120 }],
    })
  })

  it('stands on the overview, too', async () => {
    const place = await placeWith('network')
    expect(await clusterp(place, ['plot', '--only', 'overview', '--format', 'svg'])).toMatchObject({
      code: 0,
    })
    const svg = await readFile(join(place.directory, 'plot/overview.svg'), 'utf8')
    const text = svg.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
    expect(text).toContain('the network was the bottleneck on 7 of 8 nodes')
  })

  it('takes no lock: it works while another command holds it, and leaves nothing behind', async () => {
    const place = await placeWith('none')
    await writeFile(join(place.directory, 'session.lock'), 'somebody else')
    const before = await readdir(place.directory)
    expect(await clusterp(place, ['summary'])).toMatchObject({ code: 0 })
    expect(await readdir(place.directory)).toEqual(before)
  })

  it('ends with 1 and what to type where there is nothing to judge, and with 2 for a phase that is none', async () => {
    const empty = await clusterp(await newPlace(), ['summary'])
    expect(empty).toMatchObject({ code: 1, stdout: '' })
    expect(empty.stderr).toContain('clusterp parse')
    const wrong = await clusterp(await placeWith('none'), ['summary', '--phase', 'whole rum'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('did you mean: --phase "whole run"')
  })
})
