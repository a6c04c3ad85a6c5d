import { describe, expect, it } from 'vitest'
import { readDevices } from '../../src/config/devices.js'
import { parseYaml } from '../../src/config/yaml.js'

function read(text: string) {
  return readDevices(parseYaml(`gpus: ${text}`, 'c.yml').get('gpus') ?? null, 'c.yml: gpus')
}

describe('readDevices', () => {
  it.each(['auto', '[auto]'])('reads %s as everything sensible', (text) => {
    expect(read(text)).toEqual({ selection: { kind: 'auto' }, problems: [] })
  })

  it.each(['none', '[]', '[none]', '{}'])('reads %s as nothing', (text) => {
    expect(read(text)).toEqual({ selection: { kind: 'none' }, problems: [] })
  })

  it.each([
    ['sda', ['sda=sda']],
    ['sda, sdb', ['sda=sda', 'sdb=sdb']],
    ['[ {0: A}, 1 ]', ['0=A', '1=1']],
    ['{1: B, 0: A}', ['1=B', '0=A']],
    ['\n  - /dev/sda: OS\n  - /data\n  - sdc:', ['/dev/sda=OS', '/data=/data', 'sdc=sdc']],
    ['[ {em0: LAN}, {ens3: LAN} ]', ['em0=LAN', 'ens3=LAN']],
  ])('reads %j', (text, devices) => {
    const { selection, problems } = read(text)
    expect(problems).toEqual([])
    const listed = selection.kind === 'listed' ? selection.devices : []
    expect(listed.map(({ name, alias }) => `${name}=${alias}`)).toEqual(devices)
  })

  it.each([
    ['[ sda, sda ]', '[1]: "sda" is listed twice (also gpus[0])'],
    ['[ {a: x y}, {b: x_y} ]', '[1]: alias "x_y" would be the same file name as "x y" (also gpus[0])'],
    ['[ {a: OS}, {b: os} ]', '[1]: alias "os" would be the same file name as "OS" (also gpus[0])'],
    ['[ {a: ../b} ]', '[0]: alias "../b" holds ".."'],
    ['[ /data/../etc ]', '[0]: "/data/../etc" holds ".."'],
    ['[ "a\\eb" ]', '[0]: "a\\x1bb" holds a control character'],
    ['[ auto, sda ]', '[0]: "auto" cannot stand beside names of devices'],
    ['[ {a: [b]} ]', '[0]: the alias of "a" must be a text, got a list'],
    ['[ {a: A, b: B} ]', '[0]: holds several keys; an entry is one device, as in sda: OS'],
    ['[ [a] ]', '[0]: must be a name or name: ALIAS, got a list'],
    ['[ "" ]', '[0]: "" is empty'],
    ['[ ~ ]', '[0]: must be a name or name: ALIAS, got nothing'],
  ])('refuses %j', (text, problem) => {
    expect(read(text).problems).toEqual([`c.yml: gpus${problem}`])
  })
})
