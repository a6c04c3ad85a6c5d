import { describe, expect, it } from 'vitest'
import { firstSampleMs } from '../../src/collectors/raw.js'
import { NO_CONTEXT, rawFile, sample } from './proc-input.js'

describe('firstSampleMs', () => {
  it('is the end of the earliest first sample of both kinds of files', () => {
    const sadf = new TextEncoder().encode(
      '# hostname;interval;timestamp;runq-sz;plist-sz;ldavg-1;ldavg-5;ldavg-15;blocked\n' +
        'vm;1;2026-11-20 06:00:01 UTC;3;100;1.00;2.00;3.00;0\n',
    )
    const epochMs = Date.UTC(2026, 10, 20, 6, 0, 1)
    const load = ['0.10 0.20 0.30 3/87 4504']
    const later = rawFile('load', sample(1, load, epochMs / 1000 + 4) + sample(2, load, epochMs / 1000 + 5))
    expect(firstSampleMs([later], NO_CONTEXT)).toBe(epochMs + 5000)
    expect(firstSampleMs([later, { path: 'raw/load/vm', bytes: sadf }], NO_CONTEXT)).toBe(epochMs)
    expect(firstSampleMs([{ path: 'raw/load/vm', bytes: new Uint8Array(0) }], NO_CONTEXT)).toBeNull()
  })
})
