/** What a node takes for a start, and what it refuses. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { proc } from '../../src/collectors/proc.js'
import type { ArmRequest } from '../../src/remote/arm.js'
import { armNode, awaitFirstRecords } from '../../src/remote/arm.js'
import { askStatus, haltNode, removeFolder } from '../../src/remote/ask.js'
import { askLeftovers } from '../../src/remote/leftovers.js'
import { probeNode } from '../../src/remote/probe.js'
import {
  afterLine,
  armCommand,
  armRequest,
  bootId,
  busyboxLinks,
  CALL,
  isAlive,
  type Links,
  type LiveNode,
  liveNode,
  markedProcesses,
  newPlace,
  shellLinks,
  startTicksOf,
  until,
  uptimeNow,
} from '../support/live-node.js'
import { describeWith, type Tool } from '../support/needs.js'

const uid = process.getuid?.() ?? -1
const isRoot = uid === 0
/** `nobody` of Debian and of most. */
const FOREIGN_UID = 65534

const SHELLS: readonly (readonly [Tool, () => Links])[] = [
  ['dash', () => shellLinks('dash')],
  ['bash', () => shellLinks('bash')],
  ['busybox', busyboxLinks],
]

const SLEEP = ['sleep', '300'] as const

/** A refused start runs nothing, and leaves nothing that was not there before. */
async function expectRefused(
  node: LiveNode,
  sentence: RegExp,
  changed: Partial<ArmRequest> = {},
): Promise<void> {
  const before = readdirSync(node.place.remoteDir, { recursive: true })
  const ran = join(node.aside, 'ran')
  await expect(armCommand(node, ['touch', ran], changed)).rejects.toThrow(sentence)
  expect(readdirSync(node.place.remoteDir, { recursive: true })).toEqual(before)
  expect(markedProcesses(node.place.sessionId)).toEqual([])
  expect(existsSync(ran)).toBe(false)
}

const own = (node: LiveNode, ...names: readonly string[]) =>
  join(node.place.remoteDir, `clusterp-${uid}`, ...names)

for (const [shell, links] of SHELLS) {
  describeWith(shell, `a node whose sh is ${shell}`, () => {
    it.concurrent('arms a waiter that becomes the logger at the agreed moment', async (context) => {
      const node = liveNode(context, links())
      const script =
        'read -r up _ </proc/uptime; echo "$up $(pwd) $(ulimit -f) $(ulimit -c) $CLUSTERP_LOGGER" >data; exec sleep 300'
      const startUptimeSec = uptimeNow() + 1.5
      // Where this machine forbids core files already, the logger cannot show that it does.
      const withCores = afterLine(node, 'ulimit -S -c unlimited 2>/dev/null || :')
      const changed = { startUptimeSec, maxSizeBytes: 512 * 1000 }
      const armed = await armCommand(withCores, ['sh', '-c', script], changed)
      expect(armed.lateSec).toBeNull()
      const [logger] = armed.loggers
      if (logger === undefined) expect.fail('no logger')
      expect(isAlive(logger.pid)).toBe(true)
      expect(startTicksOf(logger.pid)).toBe(logger.startTicks)
      expect(existsSync(join(node.folder, 'data'))).toBe(false)
      await until(() => existsSync(join(node.folder, 'data')), 5, 'the logger runs')
      await until(
        () => readFileSync(`/proc/${logger.pid}/cmdline`, 'latin1').startsWith('sleep'),
        5,
        'it is the logger',
      )
      expect(startTicksOf(logger.pid)).toBe(logger.startTicks)
      const [up, folder, blocks, core, mark] = readFileSync(join(node.folder, 'data'), 'utf8')
        .trim()
        .split(' ')
      expect(Number(up) - startUptimeSec).toBeGreaterThanOrEqual(-0.02)
      expect(Number(up) - startUptimeSec).toBeLessThan(0.7)
      expect([folder, blocks, core, mark]).toEqual([node.folder, '1000', '0', `${node.place.sessionId}/1.`])
      await haltNode(node.transport, node.place, CALL)
      expect(isAlive(logger.pid)).toBe(false)
    })

    it.concurrent('makes folders for this user alone, with a file that says whose they are', async (context) => {
      const node = liveNode(context, links())
      await armCommand(node, SLEEP)
      for (const path of [own(node), own(node, node.place.sessionId), node.folder]) {
        expect(statSync(path).mode & 0o7777, path).toBe(0o700)
      }
      const owner = readFileSync(join(node.folder, 'owner'), 'utf8')
      expect(owner).toContain(`session ${node.place.sessionId}\ncontroller test\ndirectory /somewhere\n`)
      expect(owner).toContain(`\nboot ${bootId()}\n`)
      expect(statSync(join(node.folder, 'owner')).mode & 0o777).toBe(0o600)
      await haltNode(node.transport, node.place, CALL)
      await removeFolder(node.transport, node.place, false, CALL)
      expect(readdirSync(node.place.remoteDir)).toEqual([])
    })

    it.concurrent('refuses what a start must not do', async (context) => {
      const node = liveNode(context, links())
      await expectRefused(node, /^start: the node was rebooted between/, {
        bootId: bootId().replaceAll(/[0-9a-f]/g, '0'),
      })
      await expectRefused(node, /^start: the start reached the node after its last moment/, {
        lastUptimeSec: uptimeNow() - 0.1,
      })
      chmodSync(node.place.remoteDir, 0o777)
      await expectRefused(node, /others can write in it and it is not sticky/)
      chmodSync(node.place.remoteDir, 0o770)
      await expectRefused(node, /others can write in it and it is not sticky/)
      chmodSync(node.place.remoteDir, 0o700)
      const nowhere = { ...node, place: { ...node.place, remoteDir: join(node.aside, 'nowhere') } }
      await expect(armCommand(nowhere, SLEEP)).rejects.toThrow(
        /remote_dir .*nowhere: there is no such folder/,
      )
    })

    it.concurrent('follows no link that was planted in the place of one of its folders', async (context) => {
      const node = liveNode(context, links())
      const target = join(node.aside, 'target')
      mkdirSync(target, { mode: 0o700 })
      symlinkSync(target, own(node))
      await expectRefused(node, /clusterp-\d+ is not a folder of this user alone/)
      rmSync(own(node))
      symlinkSync(join(node.aside, 'dangling'), own(node))
      await expectRefused(node, /clusterp-\d+ is not a folder of this user alone/)
      rmSync(own(node))
      mkdirSync(own(node), { mode: 0o700 })
      symlinkSync(target, own(node, node.place.sessionId))
      await expectRefused(node, /is not a folder of this user alone/)
      rmSync(own(node, node.place.sessionId))
      mkdirSync(own(node, node.place.sessionId), { mode: 0o700 })
      symlinkSync(target, node.folder)
      await expectRefused(node, /is there already/)
      expect(readdirSync(target)).toEqual([])
      await expect(removeFolder(node.transport, node.place, false, CALL)).rejects.toThrow(/left as it is/)
      await expect(haltNode(node.transport, node.place, CALL)).rejects.toThrow(
        /not a folder of this user alone/,
      )
      expect(existsSync(target)).toBe(true)
    })

    it.concurrent('refuses a folder that others can look into', async (context) => {
      const node = liveNode(context, links())
      mkdirSync(own(node))
      chmodSync(own(node), 0o755)
      await expectRefused(node, /clusterp-\d+ is not a folder of this user alone \(drwx------\)/)
    })

    it.concurrent('does nothing with a start that comes after the folder was barred', async (context) => {
      const node = liveNode(context, links())
      await removeFolder(node.transport, node.place, true, CALL)
      expect(readdirSync(node.folder)).toEqual(['tombstone'])
      expect(await askStatus(node.transport, node.place, proc, CALL)).toMatchObject({
        hasFolder: true,
        isTombstone: true,
      })
      await expectRefused(node, /is there already: this start was called off, or was delivered twice/)
      const { uptimeSec } = await removeFolder(node.transport, node.place, false, CALL)
      expect(readdirSync(node.place.remoteDir)).toEqual([])
      await expectRefused(node, /after its last moment/, { lastUptimeSec: uptimeSec - 0.01 })
    })

    it.concurrent('refuses a start that is delivered twice, and the first goes on', async (context) => {
      const node = liveNode(context, links())
      const { loggers } = await armCommand(node, SLEEP)
      await expect(armCommand(node, SLEEP)).rejects.toThrow('delivered twice')
      expect(isAlive(loggers[0]?.pid ?? -1)).toBe(true)
      await haltNode(node.transport, node.place, CALL)
    })

    it.concurrent('lets no waiter begin whose folder was removed before', async (context) => {
      const removed = liveNode(context, links())
      const barred = liveNode(context, links())
      const startUptimeSec = uptimeNow() + 2.5
      for (const node of [removed, barred]) {
        const { loggers } = await armCommand(node, ['touch', join(node.aside, 'ran')], { startUptimeSec })
        expect(isAlive(loggers[0]?.pid ?? -1)).toBe(true)
        await removeFolder(node.transport, node.place, node === barred, CALL)
      }
      await sleep((startUptimeSec - uptimeNow()) * 1000)
      for (const node of [removed, barred]) {
        await until(() => markedProcesses(node.place.sessionId).length === 0, 5, 'the waiter ends')
        expect(readdirSync(node.aside)).toEqual([])
      }
      expect(readdirSync(barred.folder)).toEqual(['tombstone'])
      await removeFolder(barred.transport, barred.place, false, CALL)
      expect(readdirSync(barred.place.remoteDir)).toEqual([])
    })

    it.concurrent('lets sessions come and go below one remote_dir without disturbing each other', async (context) => {
      const node = liveNode(context, links())
      const armAt = async (place: LiveNode['place']) =>
        armNode(
          node.transport,
          armRequest(place, [{ name: 'logger', argv: SLEEP, files: ['./data'] }], {
            startUptimeSec: uptimeNow() + 600,
          }),
          CALL,
        )
      const end = async (place: LiveNode['place']) => {
        await haltNode(node.transport, place, CALL)
        await removeFolder(node.transport, place, false, CALL)
      }
      let earlier = newPlace(node.place.remoteDir)
      await armAt(earlier)
      context.onTestFinished(() => {
        for (const { pid } of markedProcesses(earlier.sessionId)) process.kill(pid, 'SIGKILL')
      })
      for (let turn = 0; turn < 20; turn++) {
        const places = [newPlace(node.place.remoteDir), newPlace(node.place.remoteDir)] as const
        // Nothing else lies there: the removal takes the parents away in the middle of the two starts.
        await haltNode(node.transport, earlier, CALL)
        const removing = removeFolder(node.transport, earlier, false, CALL)
        const [first, second] = await Promise.all([armAt(places[0]), armAt(places[1]), removing])
        expect([first, second].map(({ loggers }) => isAlive(loggers[0]?.pid ?? -1))).toEqual([true, true])
        expect(markedProcesses(earlier.sessionId)).toEqual([])
        await end(places[0])
        expect(isAlive(second.loggers[0]?.pid ?? -1)).toBe(true)
        earlier = places[1]
      }
      await end(earlier)
      expect(readdirSync(node.place.remoteDir)).toEqual([])
    })
  })
}

describe('a node', { concurrent: true }, () => {
  it('takes a remote_dir that hands its group on to new folders', async (context) => {
    const node = liveNode(context)
    chmodSync(node.place.remoteDir, 0o2700)
    await armCommand(node, SLEEP)
    await haltNode(node.transport, node.place, CALL)
    await removeFolder(node.transport, node.place, false, CALL)
    expect(readdirSync(node.place.remoteDir)).toEqual([])
  })

  it('takes a sticky remote_dir in which all can write', async (context) => {
    const node = liveNode(context)
    chmodSync(node.place.remoteDir, 0o1777)
    await armCommand(node, SLEEP)
    await haltNode(node.transport, node.place, CALL)
  })

  it('takes a remote_dir of a name that a shell could stumble over', async (context) => {
    const node = liveNode(context)
    const remoteDir = join(node.aside, `o'dd $(touch x) "dir" * \\`)
    mkdirSync(remoteDir, { mode: 0o700 })
    const odd = { ...node, place: { ...node.place, remoteDir } }
    await armCommand(odd, SLEEP)
    expect(await haltNode(odd.transport, odd.place, CALL)).toMatchObject({
      hasFolder: true,
      loggers: [{ isAlive: true }],
    })
    await removeFolder(odd.transport, odd.place, false, CALL)
    expect(readdirSync(remoteDir)).toEqual([])
    expect(readdirSync(node.aside)).toHaveLength(1)
  })

  it('refuses folders of another user', async (context) => {
    const node = liveNode(context)
    if (!isRoot) {
      // Only root can make one; /proc/1 is a folder of root's in which nobody can make another.
      const foreign = { ...node, place: { ...node.place, remoteDir: '/proc/1' } }
      await expect(armCommand(foreign, SLEEP)).rejects.toThrow(/cannot be made|not a folder/)
      return
    }
    mkdirSync(own(node), { mode: 0o700 })
    chownSync(own(node), FOREIGN_UID, FOREIGN_UID)
    await expectRefused(node, /is not a folder of this user alone/)
    rmSync(own(node), { recursive: true })
    chownSync(node.place.remoteDir, FOREIGN_UID, FOREIGN_UID)
    await expectRefused(node, new RegExp(`belongs to uid ${FOREIGN_UID}, not to root or to this user`))
  })

  it('lets a host that is armed too late join after whole intervals', async (context) => {
    const node = liveNode(context)
    const nowSec = uptimeNow()
    const armed = await armCommand(node, SLEEP, {
      startUptimeSec: nowSec - 12.3,
      lastUptimeSec: nowSec + 60,
      intervalSec: 10,
    })
    expect(armed.lateSec).toBe(20)
    const status = await askStatus(node.transport, node.place, proc, CALL)
    expect(status.loggers[0]?.targetUptimeSec).toBeCloseTo(nowSec - 12.3 + 20, 1)
    await haltNode(node.transport, node.place, CALL)
  })

  it('names a logger that ends at once, with what it said', async (context) => {
    const node = liveNode(context)
    await armCommand(node, ['sh', '-c', 'echo cannot do it >&2; exit 1'])
    const ready = awaitFirstRecords(
      node.transport,
      {
        place: node.place,
        collector: proc,
        extras: [],
        optional: [],
        names: ['logger'],
        deadlineUptimeSec: uptimeNow() + 20,
      },
      CALL,
    )
    await expect(ready).rejects.toThrow('start: the logger logger ended at once, saying: cannot do it')
  })

  it('gives up on a logger that writes nothing', async (context) => {
    const node = liveNode(context)
    await armCommand(node, SLEEP)
    const ready = awaitFirstRecords(
      node.transport,
      {
        place: node.place,
        collector: proc,
        extras: [],
        optional: [],
        names: ['logger'],
        deadlineUptimeSec: uptimeNow() + 1.5,
      },
      CALL,
    )
    await expect(ready).rejects.toThrow('start: the logger logger wrote no record in time')
  })

  it('lists what sessions left on it, each with what its own owner wrote', async (context) => {
    const node = liveNode(context)
    await armCommand(node, SLEEP)
    const barred = { ...newPlace(node.place.remoteDir), sessionId: '99991231-000000-00000000' }
    await removeFolder(node.transport, barred, true, CALL)
    const leftovers = await askLeftovers(node.transport, node.place.remoteDir, CALL)
    expect(leftovers[0]?.alive).toBeGreaterThan(0)
    expect(leftovers).toMatchObject([
      { place: node.place, controller: 'test', directory: '/somewhere' },
      { place: barred, alive: 0, controller: null, directory: null, leaseEnd: null },
    ])
  })

  it('is asked about itself without a change', async (context) => {
    const node = liveNode(context)
    writeFileSync(join(node.aside, 'file'), '')
    const facts = await probeNode(
      node.transport,
      { remoteDir: node.place.remoteDir, diskNames: ['/', '/dev/no-such-disk', node.aside, "it's"] },
      CALL,
    )
    expect(facts).toMatchObject({ bootId: bootId(), uid, remoteBase: node.place.remoteDir, leftovers: [] })
    expect(facts.memoryTotalBytes).toBe(
      Number(/MemTotal: +(\d+)/.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1]) * 1024,
    )
    expect(facts.cpus).toBe(readFileSync('/proc/stat', 'latin1').match(/^cpu\d/gm)?.length)
    expect(facts.interfaces.lo).toMatchObject({ is_physical: false, is_up: true })
    expect(Object.keys(facts.disks).sort()).toEqual(readdirSync('/sys/block').sort())
    expect(readdirSync(node.place.remoteDir)).toEqual([])
  })
})
