/** Signals to `clusterp run`: the job gets each once, and what was recorded is fetched. */
import { afterAll, describe, expect, it } from 'vitest'
import { describeWith } from '../support/needs.js'
import { filesOf, newPlace, type Place, processesOf, removePlaces, sessionOf } from '../support/program.js'
import { counted, countingJob, startClusterp, startInTerminal } from '../support/running.js'

/** No sample is due while such a job runs, and so none is waited for, and nothing is drawn. */
const WITHOUT_SAMPLES = ['run', '--interval', '60', '--']

async function expectFetched(place: Place): Promise<void> {
  expect(await sessionOf(place.directory)).toMatchObject({
    state: 'stopped',
    hosts: [{ state: 'cleaned', problems: [] }],
  })
  expect(await processesOf(place)).toEqual([])
  expect(await filesOf(place.remoteDir)).toEqual({})
}

describe.concurrent('run without a terminal', () => {
  afterAll(removePlaces)

  it('passes each signal on to the job, once', async () => {
    const place = await newPlace()
    const names = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const
    const running = startClusterp(place, [...WITHOUT_SAMPLES, ...countingJob(names.length)])
    await running.saw('ready')
    for (const name of names) {
      running.send(name)
      await running.saw(`got ${name}`)
    }
    expect(await running.ended, running.stderr()).toBe(5)
    expect(counted(running.stdout())).toEqual(Object.fromEntries(names.map((name) => [name, 1])))
    expect(running.stderr()).not.toContain('ebugger')
    await expectFetched(place)
  })

  it.each([
    { name: 'SIGTERM', code: 143, words: ['run', '--'], said: 'Drew ' },
    { name: 'SIGINT', code: 130, words: WITHOUT_SAMPLES, said: 'Parsed 0 rows' },
    { name: 'SIGHUP', code: 129, words: WITHOUT_SAMPLES, said: 'Parsed 0 rows' },
  ] as const)('outlives the job that $name ends, fetches, parses and draws', async (one) => {
    const { name, code, words, said } = one
    const place = await newPlace()
    const running = startClusterp(place, [...words, 'sh', '-c', 'echo ready; exec sleep 100'])
    await running.saw('ready')
    // One sample at least.
    await new Promise((resolve) => setTimeout(resolve, 1300))
    running.send(name)
    expect(await running.ended, running.stderr()).toBe(code)
    expect(running.stderr()).toContain(`ended by ${name}`)
    expect(running.stderr()).toContain(said)
    await expectFetched(place)
    expect(await sessionOf(place.directory)).toMatchObject({ run: { exitCode: null, signal: name } })
  })

  it('leaves out parse and plot when a signal comes after the job, but not stop and fetch', async () => {
    const place = await newPlace()
    const running = startClusterp(place, ['run', '--', 'sleep', '1.5'])
    await running.saw('sleep 1.5 ended')
    running.send('SIGTERM')
    expect(await running.ended, running.stderr()).toBe(0)
    expect(running.stderr()).toContain('Parse and plot were left out. Later: clusterp parse --with-plot')
    expect(running.stderr()).not.toContain('error:')
    await expectFetched(place)
    const folders = Object.keys(await filesOf(place.directory)).map((path) => path.split('/')[0])
    expect(folders).toContain('raw')
    expect(folders).not.toContain('plot')
  })

  it('undoes a start that is interrupted, and never starts the job', async () => {
    const place = await newPlace()
    const running = startClusterp(place, ['run', '-v', '--', 'echo', 'never'])
    await running.saw('agreed start')
    running.send('SIGTERM')
    expect(await running.ended, running.stderr()).toBe(143)
    expect(running.stdout()).toBe('')
    expect(await processesOf(place)).toEqual([])
    expect(Object.keys(await filesOf(place.directory))).not.toContain('session.json')
    expect(await filesOf(place.remoteDir)).toEqual({})
  })
})

describeWith('script', 'run in a terminal', () => {
  afterAll(removePlaces)

  it.concurrent.each([1, 2])(
    'leaves Ctrl-C, %i times, to the terminal: the job gets each once',
    async (times) => {
      const place = await newPlace()
      const running = startInTerminal(place, [...WITHOUT_SAMPLES, ...countingJob(times)])
      await running.saw('ready')
      for (let turn = 0; turn < times; turn++) {
        running.type('\u0003')
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      await running.saw('data of 1 of 1 host')
      expect(counted(running.stdout())).toEqual({ SIGINT: times })
      running.endInput()
      expect(await running.ended, running.stdout()).toBe(5)
      await expectFetched(place)
    },
  )

  it.concurrent('does so too where only the stdin of the job is no terminal', async () => {
    const place = await newPlace()
    const running = startInTerminal(place, [...WITHOUT_SAMPLES, ...countingJob(2)], '</dev/null')
    await running.saw('ready')
    running.type('\u0003')
    await running.saw('got SIGINT')
    running.type('\u001c')
    await running.saw('got SIGQUIT')
    await running.saw('data of 1 of 1 host')
    expect(counted(running.stdout())).toEqual({ SIGINT: 1, SIGQUIT: 1 })
    running.endInput()
    await running.ended
    await expectFetched(place)
  })

  it.concurrent('leaves out parse and plot at a Ctrl-C after the job that the first one ended', async () => {
    const place = await newPlace()
    const running = startInTerminal(place, [
      ...WITHOUT_SAMPLES,
      'sh',
      '-c',
      "sleep 0.3; echo re''ady; exec sleep 100",
    ])
    await running.saw('ready')
    await new Promise((resolve) => setTimeout(resolve, 300))
    running.type('\u0003')
    await running.saw('ended by SIGINT')
    running.type('\u0003')
    await running.saw('Parse and plot were left out')
    running.endInput()
    expect(await running.ended, running.stdout()).toBe(130)
    await expectFetched(place)
  })
})
