import { describe, expect, it } from 'vitest'
import { frameProblems } from '../../../src/commands/stopping/stop-host.js'

describe('frameProblems', () => {
  it('has a sentence for each file that was not converted whole, and none for the others', () => {
    const frames = [
      { name: 'cpu', code: 0, rawBytes: 10 },
      { name: 'memory', code: 2, rawBytes: 10 },
      { name: 'disk', code: 124, rawBytes: 10 },
      { name: 'load', code: 1, rawBytes: 0 },
    ]
    expect(frameProblems(frames)).toEqual([
      'memory: the binary file ends in mid-record; every whole sample is kept',
      'disk: sadf did not end in time; the binary file was fetched',
      'load: sadf ended with code 1; the binary file was fetched',
    ])
  })
})
