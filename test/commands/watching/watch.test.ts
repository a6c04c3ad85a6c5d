import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { CommandContext, CommandResult, ReportEvent } from '../../../src/commands/context.js'
import { statusCommand } from '../../../src/commands/status.js'
import {
  countingRandom,
  sampleHost,
  sampleSession,
  temporaryFolder,
  writeTree,
} from '../../session/sample.js'

/** A shell that says nothing, as a node that was cut off. */
const SILENT = "connect: sh -c 'exec sleep 30' {host}\n"

it('a watch of a node that is cut shows a table at once, and ends with code 0 on Ctrl-C before any answer', async () => {
  const directory = await temporaryFolder()
  const hosts = [{ ...sampleHost('node1', 1), state: 'running' as const }]
  const session = sampleSession({ state: 'running', intervalSec: 1, hosts })
  await writeTree(directory, { 'session.json': JSON.stringify(session) })
  const configPath = join(directory, 'config.yml')
  await writeFile(configPath, `hosts: [node1]\n${SILENT}`, { mode: 0o600 })
  const [user, shown] = [new AbortController(), [] as CommandResult[]]
  const context = {
    directory,
    configPath,
    env: { PATH: process.env.PATH },
    flags: {},
    now: Date.now,
    random: countingRandom(),
    zoneOffsetMinutes: () => 0,
    signal: user.signal,
    report: (event: ReportEvent) => {
      if (event.kind === 'live') shown.push(event.result)
    },
    ask: () => Promise.reject(new Error('nobody is asked')),
    isTerminal: false,
    asksPassword: false,
  } as unknown as CommandContext
  const beganMs = performance.now()
  const ended = statusCommand(context, { watch: '' })
  await expect.poll(() => shown.length, { timeout: 1000, interval: 10 }).toBeGreaterThan(0)
  expect(shown[0]?.blocks[1]).toMatchObject({ rows: [['node1', 'asked', ...Array(8).fill('…'), '']] })
  user.abort()
  expect(await ended).toMatchObject({ exitCode: 0, blocks: [], json: { watchEnd: 'interrupted' } })
  expect(performance.now() - beganMs).toBeLessThan(3000)
})
