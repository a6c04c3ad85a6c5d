import { describe, expect, it } from 'vitest'
import { endProblems, loggerEnd } from '../../../src/commands/stopping/logger-ends.js'
import type { FoundLogger, Halted } from '../../../src/remote/ask.js'

const BOOT = '7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab'
const OTHER_BOOT = '00000000-2f0e-4b7e-9d7e-0123456789ab'

const logger = (change: Partial<FoundLogger> = {}): FoundLogger => ({
  name: 'sadc',
  pid: 4711,
  startTicks: '8061433',
  targetUptimeSec: 1000,
  isAlive: false,
  bootId: BOOT,
  limitBytes: 1_000_000,
  ...change,
})

const halted = (change: Partial<Halted> = {}): Halted => ({
  bootId: BOOT,
  uptimeSec: 1050,
  hasFolder: true,
  isTombstone: false,
  loggers: [logger()],
  files: [{ name: 'sa.bin', bytes: 5000, changedSec: null }],
  leaseEndUptimeSec: null,
  leftBehind: [],
  notes: [],
  freeBytes: null,
  lastWords: {},
  ...change,
})

const full = [{ name: 'sa.bin', bytes: 1_000_000, changedSec: null }]

describe('loggerEnd', () => {
  it.each([
    ['stopped', 'it lived, whatever else holds', logger({ isAlive: true, bootId: OTHER_BOOT }), halted()],
    [
      'rebooted',
      'its boot is another',
      logger({ bootId: OTHER_BOOT }),
      halted({ uptimeSec: 9999, files: full }),
    ],
    ['lease ended', 'the uptime is at its end', logger(), halted({ uptimeSec: 1100, files: full })],
    [
      'died',
      'the lease was renewed and is not over',
      logger(),
      halted({ uptimeSec: 1100, leaseEndUptimeSec: 1101 }),
    ],
    [
      'lease ended',
      'the renewed lease is over',
      logger(),
      halted({ uptimeSec: 1500, leaseEndUptimeSec: 1500 }),
    ],
    ['max_size', 'a file is at its limit', logger(), halted({ files: full })],
    ['died', 'nothing else explains it', logger(), halted()],
    ['died', 'there is no limit to be at', logger({ limitBytes: 0 }), halted({ files: full })],
  ])('is %s when %s', (end, _why, one, node) => {
    expect(loggerEnd(one, node, 100)).toBe(end)
  })
})

describe('endProblems', () => {
  it('says nothing of loggers that lived until they were stopped', () => {
    expect(endProblems(halted({ loggers: [logger({ isAlive: true })] }), 100)).toEqual([])
  })

  it('quotes what one that died said last, and names the setting to raise', () => {
    const loggers = [logger(), logger({ name: 'smi', targetUptimeSec: 900 })]
    const problems = endProblems(halted({ loggers, lastWords: { sadc: 'Killed', smi: 'bye' } }), 100)
    expect(problems).toEqual([
      'sadc died before it was stopped, saying: Killed',
      'the lease ended before stop: smi stopped recording (raise duration in config.yml)',
    ])
  })
})
