import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { proc, SAMPLED, samplerArgv } from '../../src/collectors/proc.js'
import { FACTS, PLAN } from './node-facts.js'

const BOOT = FACTS.bootId

describe('samplerArgv', () => {
  it('prefers perl, which costs least', () => {
    expect(samplerArgv(FACTS, PLAN)).toEqual([
      'perl',
      '-e',
      { program: 'sampler.pl' },
      '10',
      '361',
      '100',
      BOOT,
    ])
  })

  it('takes bash from version 4 on where there is no perl', () => {
    const facts = { ...FACTS, hasPerl: false }
    const words = ['bash', '-c', { program: 'sampler.bash' }, 'bash', '10', '361', '100', BOOT]
    expect(samplerArgv(facts, PLAN)).toEqual(words)
    expect(samplerArgv({ ...facts, bashMajor: 4 }, PLAN)).toEqual(words)
    expect(samplerArgv({ ...facts, bashMajor: 3 }, PLAN)?.[0]).toBe('awk')
  })

  it('takes awk where there is neither', () => {
    expect(samplerArgv({ ...FACTS, hasPerl: false, bashMajor: null }, PLAN)).toEqual([
      'awk',
      '-v',
      'interval=10',
      '-v',
      'count=361',
      '-v',
      'ticks=100',
      '-v',
      `boot=${BOOT}`,
      { program: 'sampler.awk' },
    ])
  })

  it('is null on a node with none of them, which cannot be recorded in this way', () => {
    const facts = { ...FACTS, hasPerl: false, bashMajor: null, hasAwk: false }
    expect(samplerArgv(facts, PLAN)).toBeNull()
    expect(proc.unusable(facts)).toContain('neither perl, nor bash 4, nor awk')
    expect(proc.unusable(FACTS)).toBeNull()
  })
})

describe('proc', () => {
  it('is one process that writes one file per resource', () => {
    const loggers = proc.loggers(FACTS, PLAN)
    expect(loggers.map((logger) => logger.name)).toEqual(['sampler'])
    expect(loggers[0]?.files).toEqual(SAMPLED.map((resource) => `./proc.${resource}`))
    expect(proc.frames.map((frame) => frame.command)).toEqual(
      SAMPLED.map((resource) => `cat ./proc.${resource}`),
    )
  })

  it('expects so many bytes a sample', () => {
    // 900 + 70 * 3 + 110 * 1 + 125 * 2
    expect(proc.bytesPerSample(FACTS)).toBe(1470)
    expect(proc.bytesPerSample({ ...FACTS, cpus: null })).toBe(1400)
  })
})

describe('the shell lines of proc', () => {
  const HEADER = `# clusterp-proc 1 cpu 100 ${BOOT}\n`
  const SAMPLE =
    '@ 1795161600.5 5123.41 2\ncpu  1130 0 450 99000 12 0 3 0 0 0\ncpu0 1130 0 450 99000 12 0 3 0 0 0\n'
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'clusterp-proc-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  function write(text: string, but: Readonly<Record<string, string>> = {}): void {
    for (const resource of SAMPLED) writeFileSync(join(folder, `proc.${resource}`), but[resource] ?? text)
  }
  const isReady = () =>
    spawnSync('sh', [], { input: `${proc.readyLines}\nready_sampler\n`, cwd: folder }).status === 0
  const count = () =>
    spawnSync('sh', [], {
      input: `${proc.countLines}\ncount_samples\n`,
      cwd: folder,
      encoding: 'utf8',
    }).stdout.trim()

  it('are ready when every file holds a whole sample', () => {
    write(HEADER + SAMPLE)
    expect(isReady()).toBe(true)
    write(HEADER + SAMPLE + SAMPLE.slice(0, 40))
    expect(isReady()).toBe(true)
  })

  it.each([
    ['no sample', HEADER],
    ['nothing', ''],
    ['half a sample', HEADER + SAMPLE.slice(0, SAMPLE.indexOf('cpu0'))],
    ['a stamp alone', HEADER + SAMPLE.slice(0, SAMPLE.indexOf('cpu'))],
  ])('are not ready while one file holds %s', (_what, text) => {
    write(HEADER + SAMPLE, { paging: text })
    expect(isReady()).toBe(false)
  })

  it('are not ready while a file is missing', () => {
    write(HEADER + SAMPLE)
    rmSync(join(folder, 'proc.load'))
    expect(isReady()).toBe(false)
  })

  it('are ready with a sample of no lines, as of a node without disks', () => {
    write(HEADER + SAMPLE, { disk: `${HEADER}@ - 5123.41 0\n` })
    expect(isReady()).toBe(true)
  })

  it('count the stamps', () => {
    write(HEADER + SAMPLE.repeat(3))
    expect(count()).toBe('3')
    write(HEADER)
    expect(count()).toBe('0')
  })

  it('count nothing where there is no file', () => {
    expect(count()).toBe('')
  })
})
