import { describe, expect, it } from 'vitest'
import { DeviceFilter } from '../../../src/commands/parsing/device-filter.js'
import { resolveConfig } from '../../../src/config/config.js'
import type { Config, Resource, Table } from '../../../src/model.js'

function config(text: string): Config {
  return resolveConfig({ path: 'config.yml', text: `hosts: [a, b]\n${text}`, env: {}, flags: {} }).config
}

function table(resource: Resource, host: string, devices: readonly string[]): Table {
  return {
    resource,
    host,
    rowCount: 0,
    timeMs: new Float64Array(),
    intervalSec: new Float64Array(),
    devices,
    deviceIndex: new Uint32Array(),
    columns: new Map(),
    textColumns: new Map(),
  }
}

describe('DeviceFilter', () => {
  it('keeps the listed devices under their aliases', () => {
    const filter = new DeviceFilter(config('filesystem_names: [ {sda: OS}, sdb ]'))
    const kept = filter.choose(table('disk', 'a', ['sda', 'sdb', 'sdc']), null)
    expect([...(kept ?? [])]).toEqual([
      ['sda', 'OS'],
      ['sdb', 'sdb'],
    ])
    expect(filter.seenNowhere()).toEqual([])
  })

  it('knows an InfiniBand port by its device and number, also where its device has no other', () => {
    const filter = new DeviceFilter(config('infiniband: [ {mlx5_0/1: IB} ]'))
    const ports = { ...table('infiniband', 'a', ['mlx5_0']), rowCount: 1, deviceIndex: Uint32Array.of(0) }
    const kept = filter.choose({ ...ports, columns: new Map([['port', Float64Array.of(1)]]) }, null)
    expect([...(kept ?? [])]).toEqual([['mlx5_0', 'IB']])
    expect(filter.seenNowhere()).toEqual([])
  })

  it('tells of a device only when no host has it, once, with what was seen on all', () => {
    const filter = new DeviceFilter(config('net_interfaces: [ {em0: LAN}, {ens3: LAN}, ib9 ]'))
    filter.choose(table('network', 'a', ['em0', 'lo']), null)
    filter.choose(table('network', 'b', ['ens3']), null)
    expect(filter.seenNowhere()).toEqual([
      'network: the configured device "ib9" is in no raw file (seen: em0, lo, ens3)',
    ])
  })

  it('keeps nothing of what the config leaves out', () => {
    const filter = new DeviceFilter(config(''))
    expect(filter.choose(table('disk', 'a', ['sda']), null)).toEqual(new Map())
    expect(filter.seenNowhere()).toEqual([])
  })

  it('without a config takes what auto takes', () => {
    const kept = new DeviceFilter(null).choose(table('disk', 'a', ['sda', 'loop0']), null)
    expect([...(kept?.keys() ?? [])]).toEqual(['sda'])
  })

  it('does not touch resources without devices', () => {
    expect(new DeviceFilter(null).choose(table('cpu', 'a', []), null)).toBeNull()
  })
})
