/** Stopping ends every process of the session and nobody else's. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sar } from '../../src/collectors/sar.js'
import { endProblems } from '../../src/commands/stopping/logger-ends.js'
import { askStatus, haltNode, removeFolder } from '../../src/remote/ask.js'
import {
  armCommand,
  bootId,
  busyboxLinks,
  CALL,
  type Finishing,
  isAlive,
  type Links,
  type LiveNode,
  liveNode,
  markedProcesses,
  shellLinks,
  startTicksOf,
  until,
  uptimeNow,
} from '../support/live-node.js'
import { describeWith, programPath, type Tool } from '../support/needs.js'

const SHELLS: readonly (readonly [Tool, () => Links])[] = [
  ['dash', () => shellLinks('dash')],
  ['bash', () => shellLinks('bash')],
  ['busybox', busyboxLinks],
]

/** Somebody else's process; ended when the test is over. */
function bystander(
  context: Finishing,
  command: readonly [string, ...string[]],
  { argv0 = command[0], mark }: { readonly argv0?: string; readonly mark?: string } = {},
): number {
  const [program, ...words] = command
  const env = mark === undefined ? process.env : { ...process.env, CLUSTERP_LOGGER: mark }
  const child: ChildProcess = spawn(program, words, { argv0, env, stdio: 'ignore', detached: true })
  context.onTestFinished(() => {
    child.kill('SIGKILL')
  })
  if (child.pid === undefined) throw new Error(`${program} cannot be started`)
  return child.pid
}

/** A long sleep by another name. */
function namedSleep(node: LiveNode, name: string): string {
  const path = join(node.aside, name)
  copyFileSync(programPath('sleep') ?? '/bin/sleep', path)
  chmodSync(path, 0o755)
  return path
}

const SLEEP = ['sleep', '300'] as const
const halt = (node: LiveNode) => haltNode(node.transport, node.place, CALL)
const remaining = (node: LiveNode) => markedProcesses(node.place.sessionId)

for (const [shell, links] of SHELLS) {
  describeWith(shell, `a node whose sh is ${shell}`, () => {
    it.concurrent('keeps its hands off whatever is not of this host of this session', async (context) => {
      const node = liveNode(context, links())
      const { sessionId } = node.place
      const others = [
        bystander(context, [namedSleep(node, 'sadc'), '300']),
        bystander(context, SLEEP, { argv0: 'sar -o keeper' }),
        bystander(context, SLEEP, { mark: '20261120-091500-ffffffff/1.' }),
        bystander(context, SLEEP, { mark: `${sessionId}/10.` }),
        bystander(context, SLEEP, { mark: `${sessionId}/11.` }),
        bystander(context, SLEEP, { mark: `x${sessionId}/1.` }),
        // The session's id alone, as in an editor that shows its files, is no mark.
        bystander(context, ['sh', '-c', 'sleep 300; :', `${sessionId}/1.`, node.folder]),
      ]
      const { loggers } = await armCommand(node, [namedSleep(node, 'sar'), '300'])
      const halted = await halt(node)
      expect(halted.leftBehind).toEqual([])
      expect(loggers.map(({ pid }) => isAlive(pid))).toEqual([false])
      expect(others.map(isAlive)).toEqual(others.map(() => true))
      await removeFolder(node.transport, node.place, false, CALL)
      expect(others.map(isAlive)).toEqual(others.map(() => true))
    })

    it.concurrent('ends children that a logger left, also those it makes while it is being ended', async (context) => {
      const node = liveNode(context, links())
      const script = `setsid sleep 301 & trap 'setsid sleep 302 & exit 0' TERM; : >data; while :; do sleep 0.1; done`
      await armCommand(node, ['sh', '-c', script])
      await until(() => existsSync(join(node.folder, 'data')), 5, 'the logger runs')
      await until(() => remaining(node).some(({ command }) => command === 'sleep'), 5, 'it has a child')
      expect((await halt(node)).leftBehind).toEqual([])
      expect(remaining(node)).toEqual([])
    })

    it.concurrent('kills what does not hear TERM', async (context) => {
      const node = liveNode(context, links())
      await armCommand(node, ['sh', '-c', `trap '' TERM; : >data; while :; do sleep 1; done`])
      await until(() => existsSync(join(node.folder, 'data')), 5, 'the logger runs')
      const beganMs = performance.now()
      const halted = await halt(node)
      expect(performance.now() - beganMs).toBeGreaterThan(2500)
      expect(halted.leftBehind).toEqual([])
      expect(remaining(node)).toEqual([])
    })

    it.concurrent('does not touch a process that has got the pid of a logger', async (context) => {
      const node = liveNode(context, links())
      const foreign = bystander(context, SLEEP)
      const { loggers } = await armCommand(node, SLEEP)
      const [logger] = loggers
      if (logger === undefined) expect.fail('no logger')
      const record = readFileSync(join(node.folder, 'logger.pid'), 'utf8')
      const [, , , target = '', blocks = ''] = record.split(' ')
      expect(record).toBe(`${logger.pid} ${logger.startTicks} ${bootId()} ${target} ${blocks} .\n`)
      const write = (name: string, start: string, boot: string, end = ' .') =>
        writeFileSync(
          join(node.folder, `${name}.pid`),
          `${foreign} ${start} ${boot} ${target} ${blocks}${end}\n`,
        )
      write('logger', String(Number(startTicksOf(foreign)) - 1), bootId())
      write('second', startTicksOf(foreign), '00000000-0000-0000-0000-000000000000')
      write('third', startTicksOf(foreign), bootId(), '')
      const halted = await halt(node)
      expect(halted.loggers.map(({ name, isAlive: alive }) => [name, alive])).toEqual([
        ['logger', false],
        ['second', false],
      ])
      expect(isAlive(foreign)).toBe(true)
      expect(isAlive(logger.pid)).toBe(false)
      write('logger', startTicksOf(foreign), bootId())
      expect((await askStatus(node.transport, node.place, sar, CALL)).loggers[0]?.isAlive).toBe(true)
    })

    it.concurrent('says of a logger that was killed that it died, with its last words', async (context) => {
      const node = liveNode(context, links())
      const { loggers } = await armCommand(node, ['sh', '-c', 'echo it hurts >&2; : >data; exec sleep 300'])
      await until(() => existsSync(join(node.folder, 'data')), 5, 'the logger runs')
      process.kill(loggers[0]?.pid ?? 0, 'SIGKILL')
      await until(() => !isAlive(loggers[0]?.pid ?? 0), 5, 'it is dead')
      const status = await askStatus(node.transport, node.place, sar, CALL)
      expect(status.loggers).toMatchObject([{ name: 'logger', isAlive: false }])
      expect(endProblems(await halt(node), 600)).toEqual([
        'logger died before it was stopped, saying: it hurts',
      ])
    })

    it.concurrent('ends a waiter whose turn has not come', async (context) => {
      const node = liveNode(context, links())
      const startUptimeSec = uptimeNow() + 300
      await armCommand(node, ['touch', join(node.aside, 'ran')], { startUptimeSec })
      expect(remaining(node).length).toBeGreaterThan(0)
      expect((await halt(node)).leftBehind).toEqual([])
      expect(remaining(node)).toEqual([])
      expect(readdirSync(node.aside)).toEqual([])
    })

    it.concurrent('finds and ends orphans by their mark when the folder is gone', async (context) => {
      const node = liveNode(context, links())
      await armCommand(node, ['sh', '-c', ': >data; exec sleep 300'])
      await until(() => existsSync(join(node.folder, 'data')), 5, 'the logger runs')
      await removeFolder(node.transport, node.place, false, CALL)
      const halted = await halt(node)
      expect(halted).toMatchObject({ hasFolder: false, loggers: [], leftBehind: [], bootId: bootId() })
      expect(remaining(node)).toEqual([])
    })

    it.concurrent('tells the same when it is asked again', async (context) => {
      const node = liveNode(context, links())
      await armCommand(node, SLEEP)
      const first = await halt(node)
      expect(first).toMatchObject({ hasFolder: true, leftBehind: [], loggers: [{ isAlive: true }] })
      const again = await halt(node)
      // The disk is everybody's.
      expect(again).toEqual({ ...first, uptimeSec: again.uptimeSec, freeBytes: again.freeBytes })
      expect(again.uptimeSec).toBeGreaterThan(first.uptimeSec)
    })
  })
}

describeWith('sar', 'a node on which somebody else records', () => {
  it('goes on recording for them', async (context) => {
    const node = liveNode(context)
    const theirs = join(node.aside, 'theirs.bin')
    const sarPid = bystander(context, ['sar', '-o', theirs, '1', '60'])
    await until(() => existsSync(theirs), 5, 'their sar records')
    await armCommand(node, ['sar', '-o', './sa.bin', '1', '60'])
    await until(() => existsSync(join(node.folder, 'sa.bin')), 5, 'ours records')
    await halt(node)
    expect(remaining(node)).toEqual([])
    expect(isAlive(sarPid)).toBe(true)
    const bytes = readFileSync(theirs).length
    await until(() => readFileSync(theirs).length > bytes, 5, 'their file grows')
  })
})
