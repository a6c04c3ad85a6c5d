/** A lease that is renewed: what a watch on the node does with it. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { haltNode, removeFolder } from '../../src/remote/ask.js'
import { renewLease } from '../../src/remote/lease.js'
import { shellFile } from '../../src/remote/shell-files.js'
import {
  armCommand,
  busyboxLinks,
  CALL,
  type Finishing,
  isAlive,
  type Links,
  type LiveNode,
  liveNode,
  markedProcesses,
  newPlace,
  shellLinks,
  until,
  uptimeNow,
} from '../support/live-node.js'
import { describeWith, type Tool } from '../support/needs.js'

const SHELLS: readonly (readonly [Tool, () => Links])[] = [
  ['dash', () => shellLinks('dash')],
  ['bash', () => shellLinks('bash')],
  ['busybox', busyboxLinks],
]
/** From the agreed start on, which is a moment after the arming. */
const LEASE_SEC = 2

/** A logger that has a child, as that of the GPUs has. */
const LOGGER = ['sh', '-c', 'sleep 300 & wait'] as const

interface Armed {
  readonly node: LiveNode
  readonly startUptimeSec: number
}

async function armed(context: Finishing, links: Links): Promise<Armed> {
  const node = liveNode(context, links)
  const startUptimeSec = uptimeNow() + 0.6
  await armCommand(node, LOGGER, { startUptimeSec, renewedLeaseSec: LEASE_SEC })
  return { node, startUptimeSec }
}

/** Uptime at which nothing of the session was left. */
async function endOf({ node }: Armed, withinSec: number): Promise<number> {
  await until(() => markedProcesses(node.place.sessionId).length === 0, withinSec, 'the end of the loggers')
  return uptimeNow()
}

describe.concurrent('a lease that is renewed', () => {
  for (const [tool, links] of SHELLS) {
    describeWith(tool, `with ${tool}`, () => {
      it('ends the logger, its child and the watch itself when nobody renews it', async (context) => {
        const one = await armed(context, links())
        expect(await endOf(one, 6)).toBeGreaterThan(one.startUptimeSec + LEASE_SEC - 0.1)
        const halted = await haltNode(one.node.transport, one.node.place, CALL)
        expect(halted.leaseEndUptimeSec).toBeCloseTo(one.startUptimeSec + LEASE_SEC, 1)
        expect(halted.loggers).toMatchObject([{ name: 'logger', isAlive: false }])
      })

      it('moves on as often as it is renewed, and then ends all the same', async (context) => {
        const one = await armed(context, links())
        const { transport, place } = one.node
        for (let turn = 0; turn < 2; turn++) {
          await sleep(1300)
          await renewLease(transport, place, LEASE_SEC, CALL)
        }
        const renewedAt = uptimeNow()
        expect(renewedAt).toBeGreaterThan(one.startUptimeSec + LEASE_SEC)
        const end = await endOf(one, 6)
        expect(end - renewedAt).toBeGreaterThan(LEASE_SEC - 0.3)
        expect(end - renewedAt).toBeLessThan(LEASE_SEC + 1)
      })

      it('is not known any more when its file has gone', (context) => {
        const { folder } = liveNode(context, links())
        mkdirSync(folder, { recursive: true })
        const script = `${shellFile('functions.sh')}
          write_lease 700; lease_end && echo "read $lease"
          rm ./lease; lease_end || echo gone`
        const options = { cwd: folder, encoding: 'utf8', argv0: 'sh' } as const
        expect(execFileSync(links().sh ?? 'sh', ['-c', script], options)).toBe('read 700\ngone\n')
      })

      it('holds nobody up at stop, which ends its watch too', async (context) => {
        const one = await armed(context, links())
        const { transport, place, folder } = one.node
        await until(
          () => markedProcesses(place.sessionId).length >= 4,
          3,
          'logger, child, watch and its sleep',
        )
        const beganMs = performance.now()
        const halted = await haltNode(transport, place, CALL)
        expect(performance.now() - beganMs).toBeLessThan(2000)
        expect(halted.leftBehind).toEqual([])
        expect(halted.loggers).toMatchObject([{ isAlive: true }])
        expect(markedProcesses(place.sessionId)).toEqual([])
        await removeFolder(transport, place, false, CALL)
        expect(existsSync(folder)).toBe(false)
      })
    })
  }

  describe('on any node', () => {
    it('is not brought to life again once it is over', async (context) => {
      const one = await armed(context, {})
      await endOf(one, 6)
      expect(await renewLease(one.node.transport, one.node.place, 60, CALL)).toBe('over')
      expect(markedProcesses(one.node.place.sessionId)).toEqual([])
    })

    it('keeps its last end when its folder goes, and leaves what is of another host alone', async (context) => {
      const one = await armed(context, {})
      const { node } = one
      const other: LiveNode = { ...node, place: { ...node.place, number: 11, folder: '11-localhost' } }
      await armCommand(other, ['sleep', '300'])
      await until(() => markedProcesses(node.place.sessionId).length >= 5, 3, 'all to be there')
      rmSync(node.folder, { recursive: true })
      await until(() => markedProcesses(node.place.sessionId).length === 1, 6, 'the end of its own')
      expect(uptimeNow()).toBeGreaterThan(one.startUptimeSec + LEASE_SEC - 0.1)
      const [left] = markedProcesses(node.place.sessionId)
      expect(left?.command).toBe('sleep')
      expect(left !== undefined && isAlive(left.pid)).toBe(true)
    })

    it('goes by what was read before when its file is cut, and is then not renewed', async (context) => {
      const one = await armed(context, {})
      const path = join(one.node.folder, 'lease')
      expect(readFileSync(path, 'utf8')).toMatch(/^\d{16} \.\n$/)
      await sleep(200)
      writeFileSync(path, '00000')
      await expect(renewLease(one.node.transport, one.node.place, 60, CALL)).rejects.toThrow(
        'cannot be renewed',
      )
      expect(await endOf(one, 6)).toBeGreaterThan(one.startUptimeSec + LEASE_SEC - 0.1)
    })

    it('costs the node no CPU time between two renewals', async (context) => {
      const one = await armed(context, {})
      await renewLease(one.node.transport, one.node.place, 60, CALL)
      await sleep(3000)
      const watches = markedProcesses(one.node.place.sessionId).filter(({ pid }) =>
        readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('clusterp-lease'),
      )
      expect(watches).toHaveLength(1)
      const stat = readFileSync(`/proc/${watches[0]?.pid}/stat`, 'latin1')
      const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
      // User and system time, its own and of children that ended, in hundredths of a second.
      const spent = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
      expect(spent).toBeLessThanOrEqual(3)
      await haltNode(one.node.transport, one.node.place, CALL)
    })

    it('is refused where the loggers have a lease of their own, or the folder is gone', async (context) => {
      const node = liveNode(context)
      const { transport } = node
      await armCommand(node, ['sleep', '300'])
      await expect(renewLease(transport, node.place, 60, CALL)).rejects.toThrow('cannot be renewed')
      expect((await haltNode(transport, node.place, CALL)).leaseEndUptimeSec).toBe(null)
      await expect(renewLease(transport, newPlace(node.place.remoteDir), 60, CALL)).rejects.toThrow(
        'the folder of this session is gone',
      )
    })
  })
})
