import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ReportEvent } from '../../../src/commands/context.js'
import { countSamples, warnOfFewSamples } from '../../../src/commands/running/few-samples.js'
import { temporaryFolder, writeTree } from '../../session/sample.js'

function warned(samples: number, ranSec: number, intervalSec: number): ReportEvent[] {
  const events: ReportEvent[] = []
  warnOfFewSamples({ report: (event) => events.push(event) }, { samples, ranSec, intervalSec })
  return events
}

describe('warnOfFewSamples', () => {
  it('says nothing from three samples on', () => {
    expect(warned(3, 30, 10)).toEqual([])
  })

  it.each([
    [0, 4.2, 10, 'no sample was recorded: 3 need at least 30 s, and the job ran 4.2 s', '--interval 1 '],
    [
      2,
      25,
      10,
      'only 2 samples were recorded: 3 need at least 30 s, and the job ran 25.0 s',
      '--interval 8 ',
    ],
    [1, 6, 5, 'only one sample was recorded: 3 need at least 15 s, and the job ran 6.0 s', '--interval 2 '],
    [1, 1.4, 1, 'only one sample was recorded: 3 need at least 3 s, and the job ran 1.4 s', 'a longer job'],
  ])('says of %i in %f s at %i s which interval would have served', (samples, ran, interval, text, hint) => {
    expect(warned(samples, ran, interval)).toEqual([
      { kind: 'warning', text, hint: expect.stringContaining(hint) },
    ])
  })
})

describe('countSamples', () => {
  it('counts the rows of the host that has most', async () => {
    const directory = await temporaryFolder()
    await writeTree(directory, {
      'parsed/cpu/a.csv': 'timestamp,elapsed_s\n1,1\n',
      'parsed/cpu/b.csv': 'timestamp,elapsed_s\n1,1\n2,2\n',
      'parsed/disk/a.csv': 'timestamp,elapsed_s\n1,1\n1,1\n1,1\n1,1\n',
    })
    expect(await countSamples(directory)).toBe(2)
  })

  it('is three where there are more, and needs no other host for that', async () => {
    const directory = await temporaryFolder()
    await writeTree(directory, { 'parsed/cpu/a.csv': 'timestamp,elapsed_s\n1,1\n2,2\n3,3\n4,4\n' })
    await mkdir(join(directory, 'parsed/cpu/b.csv'))
    expect(await countSamples(directory)).toBe(3)
  })

  it('is 0 where nothing was parsed', async () => {
    expect(await countSamples(await temporaryFolder())).toBe(0)
  })
})
