import { describe, expect, it } from 'vitest'
import { errorOf, problemsOf } from './resolving.js'

describe('problems', () => {
  it('come all in one error that ends with exit code 2', () => {
    const text = 'hosts: [a, a]\nintervall: 5\ninterval: 0\nssh_port: 70000\nplot: {layuot: x, theme: blue}'
    const problems = [
      'config.yml: intervall: unknown key; did you mean "interval"?',
      'config.yml: plot.layuot: unknown key; did you mean "layout"?',
      'config.yml: hosts[1]: host "a" is used twice (also hosts[0])',
      'config.yml: ssh_port: must be a port, 1 to 65535, got 70000',
      'config.yml: interval: must be a whole number of seconds, 1 or more, got 0',
      'config.yml: plot.theme: must be light or dark, got "blue"',
    ]
    expect(problemsOf(text)).toEqual(problems)
    expect(errorOf(text)).toMatchObject({ exitCode: 2, message: problems.join('; ') })
  })

  it.each([
    ['interval: 10.5', 'interval: must be a whole number of seconds, 1 or more, got 10.5'],
    ['interval: -1', 'interval: must be a whole number of seconds, 1 or more, got -1'],
    ['interval: [1]', 'interval: must be a single value, got a list'],
    ['duration: soon', 'duration: must be a time such as 7d, 12h, 90m, 10s or 3600 (seconds), got "soon"'],
    ['duration: 99999d', 'duration: must be 3650d or less, got "99999d"'],
    [
      'interval: 60\nduration: 10s',
      'duration: the duration must be at least one interval, got duration 10 s, interval 60 s',
    ],
    [
      'interval: 8d',
      'interval: the duration must be at least one interval, got duration 604800 s, interval 691200 s',
    ],
    ['max_size: big', 'max_size: must be a size such as 1GB, 500MB, 2GiB or 1000000 (bytes), got "big"'],
    ['max_size: 1', 'max_size: must be 10kB or more, got 1'],
    ['concurrency: 0', 'concurrency: must be a whole number, 1 to 10000, got 0'],
    ['connect_timeout: 0', 'connect_timeout: must be a time above 0 such as 10s or 1m, got 0'],
    ['connect_timeout: 30d', 'connect_timeout: must be 1d or less, got "30d"'],
    ['remote_dir: tmp', 'remote_dir: must be an absolute path such as /var/tmp, got "tmp"'],
    ['remote_dir: /a/../b', 'remote_dir: must hold no "..", got "/a/../b"'],
    ['remote_dir: "/a\\nb"', 'remote_dir: holds a control character: "/a\\x0ab"'],
    ['collector: sarr', 'collector: must be auto, sar or proc, got "sarr"; did you mean "sar"?'],
    ['ssh_host_key_checking: no', 'ssh_host_key_checking: must be strict, accept-new or off, got "no"'],
    ['ssh_gateway: g,', 'ssh_gateway: "": the host is empty'],
    ['ssh_username: -l', 'ssh_username: must be a login name without blanks or shell signs, got "-l"'],
    ['plot: dark', 'plot: must hold keys, as in {formats: [svg, png], layout: auto}, got "dark"'],
    ['plot: {formats: [svg, gif]}', 'plot.formats[1]: must be svg, png, pdf or eps, got "gif"'],
    ['plot: {formats: []}', 'plot.formats: must list some of svg, png, pdf, eps, got nothing'],
    ['__proto__: 1', '__proto__: unknown key'],
    ['? [a]\n: 1', 'a key must be a text, got a list'],
  ])('tell for %j what is allowed and what was found', (lines, problem) => {
    expect(problemsOf(`hosts: [a]\n${lines}`)).toEqual([`config.yml: ${problem}`])
  })

  it('say that hosts are missing', () => {
    for (const text of ['', '# nothing', 'hosts:', '---\n']) {
      expect(problemsOf(text)).toEqual(['config.yml: hosts: is missing; list the hosts to profile, or local'])
    }
    expect(problemsOf('hosts: []')).toEqual(['config.yml: hosts: must name at least one host'])
  })

  it('are cut and counted where there are very many', () => {
    const keys = Array.from({ length: 80 }, (_, index) => `zz_${index}: 1`)
    const problems = problemsOf(['hosts: [a]', ...keys].join('\n'))
    expect(problems).toHaveLength(51)
    expect(problems[50]).toBe('and 30 more problems')
  })

  it('show foreign text with control characters as \\xNN, cut at 300 characters', () => {
    const [problem = ''] = problemsOf(`hosts: [a]\nremote_dir: "\\e[31m${'x'.repeat(5000)}"`)
    expect(problem).toMatch(/got "\\x1b\[31mx+…"$/)
    expect(problem.length).toBe(
      'config.yml: remote_dir: must be an absolute path such as /var/tmp, got ""'.length + 300,
    )
  })
})
