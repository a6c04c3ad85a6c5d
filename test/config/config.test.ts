import { describe, expect, it } from 'vitest'
import { DEFAULTS } from '../../src/config/defaults.js'
import { configOf, problemsOf, resolve } from './resolving.js'

// The keys of the original tool's template, as its README shows them.
const ORIGINAL = `# Enables SSH-driven gatewaying through the indicated host.
ssh_gateway: gateway.com
ssh_username: user
ssh_password: password

hosts:
    - host_1.com: HOST_1
    - host_2.com: HOST_2

filesystem_names:
    - sda: OS
    - sdb

net_interfaces:
    - wlp2s0: WIFI
    - em0: 10_Gigabit_Ethernet
    - p5p2

# Time interval between two data points
interval: 10
`

describe('resolveConfig', () => {
  it('reads a file of the original tool unchanged', () => {
    expect(configOf(ORIGINAL)).toEqual({
      ...DEFAULTS,
      ssh: { ...DEFAULTS.ssh, gateways: ['gateway.com'], username: 'user', password: 'password' },
      hosts: [
        {
          name: 'host_1.com',
          hostname: 'host_1.com',
          user: null,
          port: null,
          alias: 'HOST_1',
          isLocal: false,
        },
        {
          name: 'host_2.com',
          hostname: 'host_2.com',
          user: null,
          port: null,
          alias: 'HOST_2',
          isLocal: false,
        },
      ],
      filesystems: {
        kind: 'listed',
        devices: [
          { name: 'sda', alias: 'OS' },
          { name: 'sdb', alias: 'sdb' },
        ],
      },
      interfaces: {
        kind: 'listed',
        devices: [
          { name: 'wlp2s0', alias: 'WIFI' },
          { name: 'em0', alias: '10_Gigabit_Ethernet' },
          { name: 'p5p2', alias: 'p5p2' },
        ],
      },
      intervalSec: 10,
    })
  })

  it('gives what the design says where nothing is set', () => {
    const { hosts, ...rest } = configOf('hosts: [local]')
    expect(hosts).toEqual([
      { name: 'localhost', hostname: 'localhost', user: null, port: null, alias: null, isLocal: true },
    ])
    expect(rest).toEqual({
      filesystems: { kind: 'none' },
      interfaces: { kind: 'none' },
      gpus: { kind: 'auto' },
      infiniband: { kind: 'auto' },
      intervalSec: 10,
      durationSec: 604_800,
      maxSizeBytes: 1_000_000_000,
      concurrency: 64,
      connectTimeoutMs: 10_000,
      remoteDir: '/var/tmp',
      collector: 'auto',
      plot: { formats: ['svg', 'png'], layout: 'auto', theme: 'light' },
      ssh: {
        gateways: [],
        username: null,
        password: null,
        passwordEnv: null,
        port: null,
        identityFile: null,
        hostKeyChecking: null,
        connect: { kind: 'ssh2' },
      },
    })
  })

  it('reads every key', () => {
    const config = configOf(`
hosts: root@a:22
ssh_gateway: u@g1:2222, g2
ssh_username: me
ssh_password_env: CLUSTER_PW
ssh_port: 2200
ssh_identity_file: ~/.ssh/id_ed25519
ssh_host_key_checking: off
connect: ssh2
gpus: [ {0: A}, 1 ]
infiniband: none
interval: 1
duration: 90m
max_size: 500MB
concurrency: 8
connect_timeout: 500ms
remote_dir: /scratch/me/
collector: proc
plot: {formats: [png, svg, png], layout: lines, theme: dark}
`)
    expect(config.hosts).toEqual([
      { name: 'a:22', hostname: 'a', user: 'root', port: 22, alias: null, isLocal: false },
    ])
    expect(config.ssh).toEqual({
      gateways: ['u@g1:2222', 'g2'],
      username: 'me',
      password: null,
      passwordEnv: 'CLUSTER_PW',
      port: 2200,
      identityFile: '~/.ssh/id_ed25519',
      hostKeyChecking: 'off',
      connect: { kind: 'ssh2' },
    })
    expect(config.gpus).toEqual({
      kind: 'listed',
      devices: [
        { name: '0', alias: 'A' },
        { name: '1', alias: '1' },
      ],
    })
    expect(config.infiniband).toEqual({ kind: 'none' })
    expect(config).toMatchObject({
      intervalSec: 1,
      durationSec: 5400,
      maxSizeBytes: 500_000_000,
      concurrency: 8,
    })
    expect(config).toMatchObject({ connectTimeoutMs: 500, remoteDir: '/scratch/me', collector: 'proc' })
    expect(config.plot).toEqual({ formats: ['png', 'svg'], layout: 'lines', theme: 'dark' })
  })

  it('takes names, aliases and passwords as written', () => {
    for (const text of ['0123', '1e5', '10.0', 'yes', '0x10', '2020-01-01', '1_000', '.5', 'true']) {
      const config = configOf(`hosts: [ {a: ${text}} ]\nssh_password: ${text}\nfilesystem_names: [ ${text} ]`)
      expect(config.hosts[0]?.alias).toBe(text)
      expect(config.ssh.password).toBe(text)
      expect(config.filesystems).toEqual({ kind: 'listed', devices: [{ name: text, alias: text }] })
    }
  })

  it('reads Windows line ends, a byte order mark, anchors and merged keys', () => {
    expect(configOf('\uFEFFhosts:\r\n  - a\r\ninterval: 5\r\n').intervalSec).toBe(5)
    const merged = 'plot: &p {layout: lines}\nhosts: [&a b]\nssh_username: *a'
    expect(configOf(merged)).toMatchObject({ plot: { layout: 'lines' }, ssh: { username: 'b' } })
    expect(configOf('hosts: [a]\nplot:\n  <<: {theme: dark}\n  layout: lines').plot).toMatchObject({
      theme: 'dark',
      layout: 'lines',
    })
  })

  it('takes a password from a block without its line end', () => {
    expect(configOf('hosts: [a]\nssh_password: |\n  p w\n').ssh.password).toBe('p w')
  })

  it('resolves 10 000 hosts in less than a second', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `n${index}`)
    const started = performance.now()
    expect(configOf(`hosts:\n${names.map((name) => `- ${name}: A${name}`).join('\n')}`).hosts).toHaveLength(
      10_000,
    )
    const { config } = resolve(null, {}, { hosts: names.join(',') })
    expect(config.hosts).toHaveLength(10_000)
    expect(performance.now() - started).toBeLessThan(1000)
  })

  it('takes an empty value, ~ and null for not set', () => {
    const config = configOf(
      'hosts: [a]\nssh_gateway: ~\nssh_username: null\ngpus:\nfilesystem_names:\nplot:\ninterval:',
    )
    expect(config).toEqual({ ...DEFAULTS, hosts: config.hosts })
  })

  it('warns about a password that YAML took for a comment', () => {
    const { config, warnings } = resolve('hosts: [a]\nssh_password: #secret')
    expect(config.ssh.password).toBeNull()
    expect(warnings).toEqual([
      'config.yml: ssh_password is there but empty, so no password is used; a value that begins with # or & needs quotes',
    ])
  })
})

describe('--hosts', () => {
  it('is the whole configuration without a file, devices on auto', () => {
    const { config } = resolve(null, {}, { hosts: 'n[1,2],local' })
    expect(config.hosts.map(({ name }) => name)).toEqual(['n1', 'n2', 'localhost'])
    const auto = { kind: 'auto' }
    expect(config).toMatchObject({ filesystems: auto, interfaces: auto, gpus: auto, infiniband: auto })
  })

  it('does not replace the hosts of a file, but stands in where it has none', () => {
    expect(configOf('hosts: [a, b]', {}, { hosts: 'b' }).hosts).toHaveLength(2)
    const config = configOf('interval: 3', {}, { hosts: 'c' })
    expect(config.hosts.map(({ name }) => name)).toEqual(['c'])
    expect(config.filesystems).toEqual({ kind: 'none' })
  })

  it('is named by its problems', () => {
    expect(problemsOf(null, {}, { hosts: 'n[1-,b' })).toEqual(['--hosts: "n[1-": a bracket is not closed'])
    expect(problemsOf(null, {}, { hosts: 'a,a' })).toEqual(['--hosts: host "a" is used twice'])
    expect(problemsOf(null, {}, { hosts: ' , ' })).toEqual(['--hosts: must name at least one host'])
  })
})
