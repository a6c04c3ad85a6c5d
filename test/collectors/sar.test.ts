import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { isVersionAtLeast, SADC_ACTIVITIES, sar } from '../../src/collectors/sar.js'
import { FACTS, PLAN } from './node-facts.js'

/** Runs shell lines of the collector with a `sadf` that prints `rows`. */
function runLines(lines: string, rows: string, call: string): string {
  const stubs = `size_of() { size=1; }\nlimited() { shift; "$@"; }\nsadf() { printf '%s' "$rows"; }\n`
  const input = `rows='${rows}'\n${stubs}${lines}\n${call}\n`
  return spawnSync('sh', [], { input, encoding: 'utf8' }).stdout
}

describe('isVersionAtLeast', () => {
  it.each([
    ['11.5.3', true],
    ['11.5.2', false],
    ['11.10.0', true],
    ['11.5', false],
    ['12', true],
    ['9.99.99', false],
    ['', false],
  ])('compares %s with 11.5.3 as numbers', (version, expected) => {
    expect(isVersionAtLeast(version, [11, 5, 3])).toBe(expected)
  })
})

describe('sar.unusable', () => {
  it('needs sadf and something that records', () => {
    expect(sar.unusable(FACTS)).toBeNull()
    expect(sar.unusable({ ...FACTS, sadcPath: null })).toBeNull()
    expect(sar.unusable({ ...FACTS, hasSar: false })).toBeNull()
    expect(sar.unusable({ ...FACTS, sadcPath: null, hasSar: false })).toBe('sysstat has neither sadc nor sar')
    expect(sar.unusable({ ...FACTS, sysstatVersion: null })).toBe('sysstat is not installed')
  })
})

describe('sar.loggers', () => {
  it('starts one sadc with the leanest list that it takes', () => {
    expect(sar.loggers(FACTS, PLAN)).toEqual([
      {
        name: 'sadc',
        argv: ['/usr/lib/sysstat/sadc', '-S', SADC_ACTIVITIES, '10', '361', './sa.bin'],
        files: ['./sa.bin'],
      },
    ])
  })

  it('asks an older sadc for DISK', () => {
    expect(sar.loggers({ ...FACTS, takesActivities: false }, PLAN)[0]?.argv).toEqual([
      '/usr/lib/sysstat/sadc',
      '-S',
      'DISK',
      '10',
      '361',
      './sa.bin',
    ])
  })

  it('goes through sar where sadc is hidden, and throws away what sar prints', () => {
    const [logger] = sar.loggers({ ...FACTS, sadcPath: null }, PLAN)
    expect(logger).toEqual({
      name: 'sar',
      argv: ['sh', '-c', 'exec sar -o "$1" "$2" "$3" >/dev/null', 'sh', './sa.bin', '10', '361'],
      files: ['./sa.bin'],
    })
  })
})

describe('sar.frames', () => {
  it('fetches every resource, and the binary last and compressed', () => {
    expect([...new Set(sar.frames.map((frame) => frame.target))]).toEqual([
      'cpu',
      'cpu-cores',
      'memory',
      'swap',
      'disk',
      'network',
      'load',
      'paging',
      'sysstat',
    ])
    expect(sar.frames.at(-1)).toMatchObject({ target: 'sysstat', keepAs: 'gzip', command: 'cat ./sa.bin' })
    expect(sar.frames.slice(0, -1).every((frame) => frame.keepAs === 'text')).toBe(true)
  })

  it('has a name of its own for each', () => {
    expect(new Set(sar.frames.map((frame) => frame.name)).size).toBe(sar.frames.length)
  })
})

describe('sar.bytesPerSample', () => {
  it('adds up the structures of sysstat', () => {
    // 400 + 80 * 3 (all, 0, 1) + 96 * 1 disk + 200 * 2 interfaces
    expect(sar.bytesPerSample(FACTS)).toBe(1136)
    expect(sar.bytesPerSample({ ...FACTS, takesActivities: false })).toBe(2272)
  })
})

const HEAD = '# hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle'
const at = (second: number, cpu: number, values: string) =>
  `vm;1;2026-11-20 06:09:${second} UTC;${cpu};${values}`

describe('sar.frameLines', () => {
  const reduce = (rows: readonly string[]) =>
    runLines(sar.frameLines, `${rows.join('\n')}\n`, 'busiest_cores')
      .trimEnd()
      .split('\n')

  it('keeps of each sample the busiest core, and counts those above 90 %', () => {
    const all = at(58, -1, '0.50;0.00;2.01;0.00;0.00;97.49')
    // Busy is 100 - idle - iowait: 4, 95, 91 and, with all its time in iowait, 0.
    const cores = [
      at(58, 0, '1.00;0.00;3.00;0.00;0.00;96.00'),
      at(58, 1, '90.00;0.00;5.00;0.00;0.00;5.00'),
      at(58, 2, '91.00;0.00;0.00;4.00;0.00;5.00'),
      at(58, 3, '0.00;0.00;0.00;100.00;0.00;0.00'),
    ]
    const next = [
      at(59, -1, '1.00;0;0;0;0;99.00'),
      at(59, 0, '1.00;0;0;0;0;99.00'),
      at(59, 1, '2.00;0;0;0;0;98.00'),
    ]
    expect(reduce([HEAD, all, ...cores, ...next])).toEqual([
      `${HEAD};above90`,
      'vm;1;2026-11-20 06:09:58 UTC;1;90.00;0.00;5.00;0.00;0.00;5.00;2',
      'vm;1;2026-11-20 06:09:59 UTC;1;2.00;0;0;0;0;98.00;0',
    ])
  })

  it('takes 90 % itself for not above it', () => {
    expect(reduce([HEAD, at(58, -1, '0;0;0;0;0;10'), at(58, 0, '90;0;0;0;0;10')])[1]).toMatch(/;0$/)
  })

  it('counts anew in a second that the clock shows twice', () => {
    const sample = [at(58, -1, '95;0;0;0;0;5'), at(58, 0, '95;0;0;0;0;5')]
    expect(reduce([HEAD, ...sample, ...sample])).toEqual([
      `${HEAD};above90`,
      `${at(58, 0, '95;0;0;0;0;5')};1`,
      `${at(58, 0, '95;0;0;0;0;5')};1`,
    ])
  })

  it('reads columns by name, and passes restarts and comments on', () => {
    const head = '# hostname;interval;timestamp;CPU;%idle;%iowait;%user'
    const restart = 'vm;-1;2026-11-20 06:10:00 UTC;LINUX-RESTART\t(2 CPU)'
    const rows = [head, at(58, -1, '50;0;50'), at(58, 0, '40;10;50'), at(58, 1, '60;0;40'), restart, head]
    expect(reduce(rows)).toEqual([
      `${head};above90`,
      `${at(58, 0, '40;10;50')};0`,
      restart,
      `${head};above90`,
    ])
  })

  it('prints nothing of a file without a sample', () => {
    expect(runLines(sar.frameLines, '', 'busiest_cores')).toBe('')
  })
})

describe('sar.countLines', () => {
  const count = (rows: string) => runLines(sar.countLines, rows, 'count_samples').trim()
  const head = '# hostname;interval;timestamp;runq-sz\n'

  it('counts the first record, which gives no row', () => {
    expect(count(head)).toBe('1')
    expect(count(`${head}vm;1;2026-11-20 06:09:58 UTC;0\nvm;1;2026-11-20 06:09:59 UTC;1\n`)).toBe('3')
  })

  it('is 0 where nothing was recorded yet', () => {
    expect(count('')).toBe('0')
  })
})
