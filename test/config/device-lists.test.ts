import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/config/config.js'
import { type DeviceList, withDeviceLists } from '../../src/config/device-lists.js'
import { initTemplate, readInitTemplate } from '../../src/config/template.js'

const entry = (name: string, alias: string | null = null, note = '') => ({ name, alias, note })
const DISKS: DeviceList = {
  key: 'filesystem_names',
  note: null,
  entries: [entry('sda', 'root', '/'), entry('sdb')],
}
const resolve = (text: string) => resolveConfig({ path: 'config.yml', text, env: {}, flags: {} }).config
const LISTED = {
  kind: 'listed',
  devices: [
    { name: 'sda', alias: 'root' },
    { name: 'sdb', alias: 'sdb' },
  ],
}

describe('lists of devices in a config.yml', () => {
  it('take the place of auto in the template, with what is said beside them', async () => {
    const template = initTemplate(['n1'], await readInitTemplate())
    const lists: readonly DeviceList[] = [
      DISKS,
      { key: 'gpus', note: 'no node has one now', entries: null },
      { key: 'net_interfaces', note: null, entries: [entry('0', 'a: b'), entry("it's", '1e5')] },
    ]
    const text = withDeviceLists(template, lists, 'found today')
    expect(text).toContain('\nfilesystem_names:  # found today\n  - sda: root  # /\n  - sdb\n\n# Network')
    expect(text).toContain('\ngpus: auto  # no node has one now\n')
    expect(resolve(text)).toEqual({
      ...resolve(template),
      filesystems: LISTED,
      gpus: { kind: 'auto' },
      interfaces: {
        kind: 'listed',
        devices: [
          { name: '0', alias: 'a: b' },
          { name: "it's", alias: '1e5' },
        ],
      },
    })
    // Done again, it is the same.
    expect(withDeviceLists(text, lists, 'found today')).toBe(text)
  })

  it.each([
    'filesystem_names: [ {sda: OS}, sdb ]',
    'filesystem_names: [ {sda: OS},\n  sdb\n]',
    'filesystem_names:\n  - sda: OS\n  # a comment between\n\n  - sdb',
    'filesystem_names:\n- sda\n- sdb',
    'filesystem_names:\n  sda: OS\n  sdb: DATA',
    'filesystem_names: none  # for now',
  ])('take the place of the whole value: %j', (value) => {
    const text = `hosts: [n1]\n${value}\n\n# kept\ninterval: 5\n`
    const changed = withDeviceLists(text, [DISKS], '')
    expect(changed).toBe(
      'hosts: [n1]\nfilesystem_names:\n  - sda: root  # /\n  - sdb\n\n# kept\ninterval: 5\n',
    )
    expect(resolve(changed)).toMatchObject({ intervalSec: 5, filesystems: LISTED })
  })

  it('come last where the key was not there, and are the last line too', () => {
    expect(resolve(withDeviceLists('hosts: [n1]', [DISKS], 'x')).filesystems).toEqual(LISTED)
    const last = withDeviceLists('hosts: [n1]\nfilesystem_names: auto', [DISKS], 'x')
    expect(resolve(last).filesystems).toEqual(LISTED)
  })

  it('keep within their comment what a node says', () => {
    const nasty = { ...DISKS, entries: [entry('sda', null, '/a\nssh_password: x\u2028y\u0085z')] }
    const text = withDeviceLists('hosts: [n1]\n', [nasty], 'found\nhere')
    expect(text.split('\n').filter((line) => line.startsWith('ssh'))).toEqual([])
    expect(resolve(text)).toMatchObject({
      filesystems: { devices: [{ name: 'sda' }] },
      ssh: { password: null },
    })
  })
})
