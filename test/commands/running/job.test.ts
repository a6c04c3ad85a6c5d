import { describe, expect, it } from 'vitest'
import { exitCodeOfJob, startJob } from '../../../src/commands/running/job.js'

const run = (...words: readonly string[]) => startJob(words, { PATH: process.env.PATH }, () => undefined)

describe('a job', () => {
  it('ends with its own exit code', async () => {
    const end = await run('sh', '-c', 'exit 42').ended
    expect(end).toEqual({ exitCode: 42, signal: null, failure: null })
    expect(exitCodeOfJob(end)).toBe(42)
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGKILL', 137],
    ['SIGUSR1', 138],
  ])('that %s ended gives 128 and its number', async (name, code) => {
    const end = await run('sh', '-c', `kill -${name.slice(3)} $$`).ended
    expect(end).toEqual({ exitCode: null, signal: name, failure: null })
    expect(exitCodeOfJob(end)).toBe(code)
  })

  it('is sent a signal once', async () => {
    const job = run('sleep', '30')
    job.send('SIGTERM')
    expect(await job.ended).toMatchObject({ signal: 'SIGTERM' })
    // It has ended: nobody is signalled.
    job.send('SIGTERM')
  })

  it.each([
    ['/nonexistent/program', 127],
    ['/', 126],
  ])('that cannot be started, %s, gives the code of sh', async (path, code) => {
    const end = await run(path).ended
    expect(end.failure).not.toBe(null)
    expect(exitCodeOfJob(end)).toBe(code)
  })

  it('whose words are too long for the system is one that cannot be started', async () => {
    // Linux takes 128 KiB in one word (MAX_ARG_STRLEN).
    const job = run('true', 'x'.repeat(200_000))
    job.send('SIGTERM')
    expect(await job.ended).toEqual({ exitCode: 126, signal: null, failure: 'spawn E2BIG' })
  })

  it('gets the environment that it is given, and its words as they are', async () => {
    const script =
      '[ "$CLUSTERP_SESSION" = "/a b" ] && [ "$1" = "two  words" ] && [ "$2" = "" ] && [ "$#" = 2 ]'
    const job = startJob(
      ['sh', '-c', script, 'sh', 'two  words', ''],
      { PATH: process.env.PATH, CLUSTERP_SESSION: '/a b' },
      () => undefined,
    )
    expect(await job.ended).toMatchObject({ exitCode: 0 })
  })
})
