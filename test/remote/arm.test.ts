import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { proc } from '../../src/collectors/proc.js'
import { type ArmRequest, armNode, armScript, awaitFirstRecords, limitBlocks } from '../../src/remote/arm.js'
import { scriptText } from '../../src/remote/script.js'
import { shellFile } from '../../src/remote/shell-files.js'
import { CALL, type FakeNode, fakeTransport, saying } from './fake-transport.js'

const PLACE = { remoteDir: '/var/tmp', sessionId: '20261120-091500-0a1b2c3d', number: 1, folder: '1-node1' }

const REQUEST: ArmRequest = {
  place: PLACE,
  bootId: '7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab',
  loggers: [{ name: 'sadc', argv: ['/usr/lib/sysstat/sadc', '1', '10', './sa.bin'], files: ['./sa.bin'] }],
  intervalSec: 10,
  startUptimeSec: 1237.005,
  lastUptimeSec: 1247.005,
  maxSizeBytes: 1 << 30,
  owner: 'session x',
}

/** Of the script only the lines that name the loggers. */
const loggerLines = (body: string) => body.slice(0, body.length - shellFile('arm.sh').length)

describe('limitBlocks', () => {
  it('shares max_size among the files, in units of 512 bytes', () => {
    expect(limitBlocks(1_000_000, 1)).toBe(1953)
    expect(limitBlocks(1_000_000, 7)).toBe(279)
    expect(limitBlocks(1 << 30, 7)).toBe(299593)
  })

  it('never lets the share be more than was allowed', () => {
    for (const files of [1, 2, 7, 11])
      expect(limitBlocks(1_000_000, files) * 512 * files).toBeLessThanOrEqual(1_000_000)
  })

  it('is never 0, which would be no limit', () => {
    expect(limitBlocks(100, 7)).toBe(1)
    expect(limitBlocks(1000, 0)).toBe(1)
  })
})

describe('armScript', () => {
  it('writes times in whole hundredths of a second', () => {
    expect(armScript(REQUEST).variables).toMatchObject({
      target_cs: '123701',
      last_cs: '124701',
      step_cs: '1000',
    })
  })

  it('gives each logger the share of one file of max_size', () => {
    const loggers = [
      { name: 'a', argv: ['true'], files: ['1', '2', '3'] },
      { name: 'b', argv: ['true'], files: ['4'] },
    ]
    const { body, variables } = armScript({ ...REQUEST, loggers, maxSizeBytes: 4 * 512 * 50 })
    expect(body).toContain(`arm_logger 'a' '50' 'true'\narm_logger 'b' '50' 'true'\n`)
    expect(variables.loggers).toBe('2')
  })

  it('brings the program of a logger along as one word', () => {
    const argv = ['perl', '-e', { program: 'sampler.pl' as const }, '1']
    const words = argv.map((word) => (typeof word === 'string' ? word : shellFile('sampler.pl')))
    const { body } = armScript({ ...REQUEST, loggers: [{ name: 'sampler', argv, files: ['x'] }] })
    const lines = loggerLines(body)
    const script = `arm_logger() { shift 2; printf '%s\\001' "$@"; }\n${lines}\narm_loggers\n`
    const said = spawnSync('sh', [], { input: script, encoding: 'utf8' })
    expect(said.stdout.split('\u0001')).toEqual([...words, ''])
  })

  it('hands hostile names to the logger as words and runs nothing of them', () => {
    const hostile = [
      `it's`,
      '$(touch pwned)',
      '`touch pwned`',
      'a b',
      '; touch pwned',
      '\n touch pwned',
      '*',
      '',
    ]
    const { body } = armScript({ ...REQUEST, loggers: [{ name: 'x', argv: hostile, files: ['x'] }] })
    const lines = loggerLines(body)
    const script = `touch() { echo ran; }\narm_logger() { shift 2; printf '%s\\001' "$@"; }\n${lines}\narm_loggers\n`
    expect(spawnSync('sh', [], { input: script, encoding: 'utf8' }).stdout.split('\u0001')).toEqual([
      ...hostile,
      '',
    ])
  })

  it('is one that sh can read, with an owner and a place of hostile names', () => {
    const place = { ...PLACE, remoteDir: `/o'dd $(touch x) "dir"` }
    const text = scriptText(
      armScript({ ...REQUEST, place, owner: `session 'x'\ndirectory /a'b` }),
      'clusterp-0',
    )
    expect(spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    })
  })
})

describe('armNode', () => {
  const armed =
    (lines: readonly string[]): FakeNode =>
    (script, marker) =>
      script.includes('arm_loggers') ? saying(marker, lines) : null

  it('notes the processes that wait, and that they are in time', async () => {
    const node = fakeTransport(armed(['logger\tsadc 4711 123456 123701', 'folder\t/x']))
    expect(await armNode(node, REQUEST, CALL)).toEqual({
      loggers: [{ name: 'sadc', pid: 4711, startTicks: '123456' }],
      lateSec: null,
    })
  })

  it('notes by how much a host joins later', async () => {
    const node = fakeTransport(armed(['logger\tsadc 4711 123456 125701', 'folder\t/x']))
    expect((await armNode(node, REQUEST, CALL)).lateSec).toBe(20)
  })

  it('passes on why the node refused', async () => {
    const node = fakeTransport((_script, marker) => saying(marker, ['error\tthe node was rebooted'], 1))
    await expect(armNode(node, REQUEST, CALL)).rejects.toThrow('start: the node was rebooted')
  })
})

describe('awaitFirstRecords', () => {
  const request = {
    place: PLACE,
    collector: proc,
    extras: [],
    optional: [],
    names: ['sampler'],
    deadlineUptimeSec: 1250,
  }
  const ready = (lines: readonly string[], code: number) =>
    awaitFirstRecords(
      fakeTransport((_script, marker) => saying(marker, lines, code)),
      request,
      CALL,
    )

  it('is content when every logger has a record on the disk', async () => {
    await expect(ready(['ready\tyes'], 0)).resolves.toEqual([])
  })

  it.each([
    [['dead\tsampler Killed by x '], 'start: the logger sampler ended at once, saying: Killed by x'],
    [['dead\tsampler '], 'start: the logger sampler ended at once'],
    [['late\tsampler'], 'start: the logger sampler wrote no record in time'],
    [['error\tthe folder of this session is gone'], 'start: the folder of this session is gone'],
    [[], 'start: the script ended with code 1'],
  ])('makes a sentence of %j', async (lines, sentence) => {
    const error = await ready(lines, 1).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: sentence, host: 'node1' })
  })

  it('does not take silence for readiness', async () => {
    await expect(ready([], 0)).rejects.toThrow('start: ')
  })
})
