import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/config/config.js'
import { DEFAULTS } from '../../src/config/defaults.js'
import { SCALAR_KEYS, TOP_KEYS } from '../../src/config/settings.js'
import { configFromHosts, initTemplate, readInitTemplate, withHosts } from '../../src/config/template.js'

const resolve = (text: string | null, hosts?: string) =>
  resolveConfig({ path: 'config.yml', text, env: {}, flags: { hosts } }).config

describe('configFromHosts', () => {
  it.each([
    'local',
    'a,b',
    'node[01-16,20],root@db:2222',
    '::1,[::1]:22',
    '10,0123,1e5,null',
    'r[1-2]n[1-9/4]',
  ])('writes for %j a file that reads back as the same configuration', (hosts) => {
    expect(resolve(configFromHosts(hosts))).toEqual(resolve(null, hosts))
  })
})

describe('the template', () => {
  it('is a valid configuration of this machine, devices on auto, everything else as without it', async () => {
    const auto = { kind: 'auto' }
    expect(resolve(await readInitTemplate())).toEqual({
      ...DEFAULTS,
      hosts: [expect.objectContaining({ name: 'localhost', isLocal: true })],
      filesystems: auto,
      interfaces: auto,
      gpus: auto,
      infiniband: auto,
    })
  })

  it('shows every key, and commented out the value that holds without it', async () => {
    const text = await readInitTemplate()
    for (const key of TOP_KEYS) expect(text).toMatch(new RegExp(`^(# )?${key}:`, 'm'))
    for (const key of SCALAR_KEYS.filter((scalar) => scalar.startsWith('plot.'))) {
      expect(text).toContain(`${key.slice('plot.'.length)}: `)
    }
    const shown = [
      ...text.matchAll(
        /^# ((?:duration|max_size|remote_dir|collector|concurrency|connect_timeout|plot|connect): .*)$/gm,
      ),
    ]
    expect(shown).toHaveLength(8)
    const uncommented = ['hosts: [local]', ...shown.map(([, line]) => line)].join('\n')
    expect(resolve(uncommented)).toEqual(resolve('hosts: [local]'))
  })

  it('holds gateway and password only as comments', async () => {
    const lines = (await readInitTemplate()).split('\n').filter((line) => !line.startsWith('#'))
    expect(lines.join('\n')).not.toMatch(/gateway|pass/)
  })

  it('takes the hosts of init', async () => {
    const template = await readInitTemplate()
    const { hosts } = resolve(initTemplate(['node[01-02]', 'a,::1'], template))
    expect(hosts.map(({ name }) => name)).toEqual(['node01', 'node02', 'a', '::1'])
    expect(initTemplate([], template)).toBe(template)
  })

  it('is not filled with what is no host', async () => {
    const template = await readInitTemplate()
    expect(() => initTemplate(['a', 'b c', 'a'], template)).toThrow(
      /init: hosts\[1\]: "b c".*init: hosts\[2\]: host "a"/,
    )
  })
})

describe('withHosts', () => {
  const kept = '# mine\nssh_gateway: gw # the way in\n'
  const after = '\n# how often\ninterval: 7\n'

  it.each([
    'hosts: [old1, old2]\n',
    'hosts:\n  - old1: A\n  # of last year\n  - old2\n',
    'hosts:\n- old1\n- old2\n',
    'hosts: [\n  old1,\n  old2\n]\n',
    'hosts: slurm\n',
  ])('puts hosts in place of %j and leaves every other line', (old) => {
    const text = withHosts(`${kept}${old}${after}`, ['node[1-2]', 'a,b'])
    expect(text).toBe(`${kept}hosts:\n  - node[1-2]\n  - a\n  - b\n${after}`)
  })

  it('adds them to a file without any', () => {
    expect(resolve(withHosts('interval: 7\n', ['a'])).hosts.map(({ name }) => name)).toEqual(['a'])
  })

  it('refuses what is no host', () => {
    expect(() => withHosts('hosts: [a]\n', ['a;b'])).toThrow('init: hosts[0]')
  })
})
