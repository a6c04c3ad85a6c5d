import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { portProbe, readPorts } from '../../src/remote/infiniband-probe.js'
import { scriptText } from '../../src/remote/script.js'
import { ACTIVE, DOWN, infinibandPort, newSysfs, UNREADABLE, writePort } from '../support/fake-sysfs.js'

const answer = (...lines: readonly string[]) => ({
  code: 0,
  facts: lines.map((value) => ({ key: 'infiniband', value })),
})

describe('readPorts', () => {
  it('reads what a node says of its ports', () => {
    const lines = ['mlx5_0 1 ACTIVE 100 InfiniBand yes', 'irdma0 1 DOWN 2.5 Ethernet no']
    expect(readPorts(answer(...lines))).toEqual([
      {
        device: 'mlx5_0',
        port: 1,
        state: 'ACTIVE',
        rateGbitPerSec: 100,
        linkLayer: 'InfiniBand',
        isReadable: true,
      },
      {
        device: 'irdma0',
        port: 1,
        state: 'DOWN',
        rateGbitPerSec: 2.5,
        linkLayer: 'Ethernet',
        isReadable: false,
      },
    ])
  })

  it('is null where there are none, and for what the kernel does not tell', () => {
    expect(readPorts(answer())).toBeNull()
    expect(readPorts(answer('mlx5_0 1 - - - no'))).toMatchObject([
      { state: '', rateGbitPerSec: null, linkLayer: null },
    ])
  })
})

describe('the probe of ports', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'clusterp-ports-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  /** The facts that the script prints over a tree. */
  function said(root: string): readonly string[] {
    const input = scriptText(portProbe(), 'M')
    const env = { ...process.env, CLUSTERP_SYSFS_ROOT: root }
    const { stdout, stderr } = spawnSync('sh', [], { input, env, encoding: 'utf8' })
    expect(stderr).toBe('')
    return stdout.split('\n').flatMap((line) => (line.startsWith('infiniband\t') ? [line.slice(11)] : []))
  }

  it('says of each port what it is and whether it can be read', () => {
    const root = newSysfs(join(folder, `it's a "tree" $(touch pwned) *`))
    writePort(root, 'mlx5_0', 1, { ...ACTIVE, ...infinibandPort(0, 0) })
    writePort(root, 'mlx5_0', 2, { ...DOWN, ...infinibandPort(1, 2) })
    writePort(root, 'mlx5_1', 1, { ...ACTIVE, 'counters/port_rcv_data': 'N/A (no PMA)' })
    writePort(root, 'mlx5_2', 1, { ...ACTIVE, 'counters/port_rcv_data': UNREADABLE })
    writePort(root, 'rxe0', 1, { ...ACTIVE, link_layer: 'Ethernet', 'hw_counters/rcvd_pkts': 5 })
    writePort(root, 'efa_0', 1, { state: '4: ACTIVE', 'hw_counters/tx_bytes': 7 })
    expect(said(root)).toEqual([
      'efa_0 1 ACTIVE - - yes',
      'mlx5_0 1 ACTIVE 100 InfiniBand yes',
      'mlx5_0 2 DOWN 100 InfiniBand yes',
      'mlx5_1 1 ACTIVE 100 InfiniBand no',
      'mlx5_2 1 ACTIVE 100 InfiniBand no',
      'rxe0 1 ACTIVE 100 Ethernet no',
    ])
  })

  it('says nothing where there are no ports', () => {
    expect(said(newSysfs(join(folder, 'sys')))).toEqual([])
    expect(said(join(folder, 'nothing'))).toEqual([])
  })
})
