import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { newPlace, removePlaces } from '../support/program.js'

afterAll(removePlaces)

const PROGRAM = fileURLToPath(new URL('../../bin/clusterp.js', import.meta.url))
/** Enough for Node and some nodes at once, not for sixty. */
const FEW = 80

it('names each node that no file descriptor was left for, and goes on', async () => {
  const place = await newPlace(null)
  await writeFile(join(place.directory, 'config.yml'), 'hosts: ["n[01-60]"]\nconnect: cat {host}\n')
  const words = ['-c', `ulimit -n ${FEW}; exec "$0" "$@"`, process.execPath, PROGRAM, 'check']
  const stdout = await new Promise<string>((resolve) => {
    execFile('sh', words, { cwd: place.directory }, (_error, printed) => resolve(printed))
  })
  expect(stdout).toMatch(/^n\S+ +reachable +FAIL +probe: cat cannot be started: spawn cat EMFILE$/m)
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 of 60 hosts ready.')
})
