import { describe, expect, it } from 'vitest'
import { proc } from '../../src/collectors/proc.js'
import { sar } from '../../src/collectors/sar.js'
import { askStatus, haltNode, removeFolder } from '../../src/remote/ask.js'
import { CALL, type FakeTransport, fakeTransport, saying } from './fake-transport.js'

const PLACE = { remoteDir: '/var/tmp', sessionId: '20261120-091500-0a1b2c3d', number: 1, folder: '1-node1' }
const BOOT = '7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab'

const node = (lines: readonly string[], code = 0): FakeTransport =>
  fakeTransport((_script, marker) => saying(marker, lines, code))

const HEAD = [`boot_id\t${BOOT}`, 'uptime_cs\t123456', 'folder\t/var/tmp/clusterp-0/s/1-node1']

describe('askStatus', () => {
  it('reads loggers, files and samples', async () => {
    const lines = [
      ...HEAD,
      `logger\tsadc 4711 123400 123500 yes ${BOOT} 1953`,
      'now\t1795161600',
      'file\tsa.bin 18234 1795161599',
      'file\towner 120 1795161590',
      'samples\t12',
    ]
    expect(await askStatus(node(lines), PLACE, sar, CALL)).toEqual({
      bootId: BOOT,
      uptimeSec: 1234.56,
      hasFolder: true,
      isTombstone: false,
      loggers: [
        {
          name: 'sadc',
          pid: 4711,
          startTicks: '123400',
          targetUptimeSec: 1235,
          isAlive: true,
          bootId: BOOT,
          limitBytes: 999_936,
        },
      ],
      files: [
        { name: 'sa.bin', bytes: 18234, changedSec: 1795161599 },
        { name: 'owner', bytes: 120, changedSec: 1795161590 },
      ],
      samples: 12,
      nowSec: 1795161600,
      recent: new Map(),
    })
  })

  it('asks for the last samples only with withRecent, and joins their lines by who wrote them', async () => {
    const lines = [
      ...HEAD,
      'recent_cpu\t# clusterp-proc 1 cpu',
      'recent_gpu\ttimestamp, index',
      'recent_cpu\t@ 1 2 1',
    ]
    const transport = node(lines)
    const status = await askStatus(transport, PLACE, proc, { ...CALL, withRecent: true })
    expect([...status.recent]).toEqual([
      ['cpu', '# clusterp-proc 1 cpu\n@ 1 2 1\n'],
      ['gpu', 'timestamp, index\n'],
    ])
    expect(transport.scripts[0]).toContain(`_clusterp_recent='yes'`)
    const plain = node(HEAD)
    await askStatus(plain, PLACE, proc, CALL)
    expect(plain.scripts[0]).not.toContain('recent_proc')
  })

  it('tells an absent folder from one that only bars the way', async () => {
    const absent = [`boot_id\t${BOOT}`, 'uptime_cs\t1', 'folder\tabsent']
    expect(await askStatus(node(absent), PLACE, sar, CALL)).toMatchObject({
      hasFolder: false,
      isTombstone: false,
    })
    const barred = [...HEAD, 'tombstone\tyes']
    expect(await askStatus(node(barred), PLACE, sar, CALL)).toMatchObject({
      hasFolder: true,
      isTombstone: true,
    })
  })

  it('says null for what was not counted and for a stat that knows no -c', async () => {
    const status = await askStatus(node([...HEAD, 'samples\t', 'file\tsa.bin 18234 ']), PLACE, proc, CALL)
    expect(status.samples).toBeNull()
    expect(status.files[0]?.changedSec).toBeNull()
    expect(status.nowSec).toBeNull()
  })

  it('asks about nothing but its own place', async () => {
    const transport = node(HEAD)
    await askStatus(transport, PLACE, proc, CALL)
    expect(transport.scripts[0]).toContain(`_clusterp_session='${PLACE.sessionId}'\n_clusterp_number='1'\n`)
    expect(transport.scripts[0]).toContain('count_samples()')
  })
})

describe('haltNode', () => {
  it('reads what was left behind and the last words of what was gone', async () => {
    const lines = [
      ...HEAD,
      `logger\tsampler 4711 123400 123500 no ${BOOT} 279`,
      'log\tsampler proc.cpu: File too large ',
      'left\t4712 D',
    ]
    expect(await haltNode(node(lines), PLACE, CALL)).toMatchObject({
      hasFolder: true,
      leftBehind: [{ pid: 4712, state: 'D' }],
      lastWords: { sampler: 'proc.cpu: File too large' },
      loggers: [{ isAlive: false }],
    })
  })

  it('has nothing to tell of a logger that said nothing', async () => {
    expect((await haltNode(node([...HEAD, 'log\tsadc ']), PLACE, CALL)).lastWords).toEqual({ sadc: '' })
  })

  it('fails with the sentence of the node', async () => {
    await expect(
      haltNode(node(['error\tit is not a folder of this user alone'], 1), PLACE, CALL),
    ).rejects.toThrow('stop: it is not a folder of this user alone')
  })
})

describe('removeFolder', () => {
  it('tells when it was removed, by the uptime clock of that boot', async () => {
    const transport = node([`boot_id\t${BOOT}`, 'uptime_cs\t123456', 'removed\tyes'])
    expect(await removeFolder(transport, PLACE, false, CALL)).toEqual({ uptimeSec: 1234.56, bootId: BOOT })
    expect(transport.scripts[0]).toContain(`_clusterp_tombstone='no'`)
  })

  it('asks for a tombstone where a start may still be on its way', async () => {
    const transport = node([`boot_id\t${BOOT}`, 'uptime_cs\t1', 'removed\tyes'])
    await removeFolder(transport, PLACE, true, CALL)
    expect(transport.scripts[0]).toContain(`_clusterp_tombstone='yes'`)
  })
})
