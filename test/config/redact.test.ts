import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactConfig, resolveConfig } from '../../src/config/config.js'

const SECRET = 'hunter2'
const REMOVED = '# (a line about a password was removed from this copy)'

const resolve = (text: string) => resolveConfig({ path: null, text, env: {}, flags: {} }).config

describe('redactConfig', () => {
  it('removes the line of the password and keeps every other, comments included', () => {
    const text = `# my cluster\nssh_username: user\nssh_password: ${SECRET}\n\n# nodes\nhosts:\n  - a: A # first\n`
    expect(redactConfig(text)).toBe(
      `# my cluster\nssh_username: user\n${REMOVED}\n# nodes\nhosts:\n  - a: A # first\n`,
    )
  })

  it('leaves a file without passwords as it is', () => {
    const text = '# nodes\nhosts: [a, b]\nssh_password_env: CLUSTER_PW\nplot: {layout: lines}\n'
    expect(redactConfig(text)).toBe(text)
    expect(redactConfig('')).toBe('')
  })

  it('keeps hosts and devices whose names only look like a password', () => {
    const text =
      'hosts:\n  - compass01: A\n  - bypass: B\n  - mass[1-2]: "{}"\nnet_interfaces: [ {pass0: X} ]\n'
    expect(resolve(redactConfig(text))).toEqual(resolve(text))
  })

  // Each holds the secret in another way of writing YAML; all are valid.
  it.each([
    `ssh_password: ${SECRET}`,
    `ssh_password: "${SECRET}"`,
    `"ssh_password": ${SECRET}`,
    `'ssh_password' : '${SECRET}'`,
    `"ssh_p\\x61ssword": ${SECRET}`,
    `"ssh_p\\u0061ssword": ${SECRET}`,
    `? ssh_password\n: ${SECRET}`,
    `!!str ssh_password: ${SECRET}`,
    `ssh_password: !!str ${SECRET}`,
    `ssh_password: |\n  ${SECRET}\n\n  # ${SECRET}`,
    `ssh_password: >-\n    x\n    ${SECRET}`,
    `ssh_password:\n  ${SECRET}`,
    `ssh_password: x\n  ${SECRET}`,
    `ssh_password: "x\n  ${SECRET}"`,
    `ssh_password: 'x\n\n  ${SECRET}'`,
    `ssh_password: [a, ${SECRET}]`,
    `ssh_password:\n- ${SECRET}`,
    `ssh_password: {a: ${SECRET}}`,
    `ssh_password: &p ${SECRET}`,
    `other: &p ${SECRET}\nssh_password: *p`,
    `other: &p\n  ssh_password: ${SECRET}`,
    `other: &p {ssh_password: ${SECRET}}\n<<: *p`,
    `ssh_pasword: ${SECRET}`,
    `ssh_apssword: ${SECRET}`,
    `my_passphrase: ${SECRET}`,
    `PASS: ${SECRET}`,
    `ssh_password_env: "not a name ${SECRET}"`,
    `# ssh_password: ${SECRET}`,
    `ssh_port: 22 # the password is ${SECRET}`,
    `# ssh_password: |\n#   ${SECRET}\n#\n#   ${SECRET}`,
    `plot:\n  theme: dark\n  pass: ${SECRET}`,
    `plot: {theme: dark, pass: ${SECRET}, layout: lines}`,
    `gpus: [ {0: A, ssh_password: ${SECRET}} ]`,
  ])('removes the secret from %j and keeps the rest readable', (lines) => {
    for (const text of [
      `hosts: [a]\n${lines}\ninterval: 5\n`,
      `${lines}\nhosts: [a]\ninterval: 5`,
      `hosts: [a]\ninterval: 5\n${lines}`,
    ]) {
      for (const variant of [text, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`]) {
        const redacted = redactConfig(variant)
        expect(redacted).not.toContain(SECRET)
        expect(resolve(redacted)).toMatchObject({
          intervalSec: 5,
          hosts: [{ name: 'a' }],
          ssh: { password: null },
        })
      }
    }
  })

  it('handles a whole file in flow style', () => {
    const redacted = redactConfig(`{hosts: [a], ssh_password: ${SECRET},\n interval: 5}`)
    expect(redacted).not.toContain(SECRET)
    expect(resolve(redacted).intervalSec).toBe(5)
  })

  it.each([
    `ssh_password: "${SECRET}`,
    `ssh_password: *${SECRET}`,
    `ssh_password:${SECRET}`,
    `ssh_password: |\n${SECRET}`,
    `ssh_password: [\nx: y,\n${SECRET}\n`,
    `{ssh_password:\n${SECRET}, hosts: [`,
    `{"ssh_p\\x61ssword": ${SECRET}`,
    `\tssh_password: ${SECRET}`,
    `- ssh_password: ${SECRET}\nx: ]`,
    `other: &p ${SECRET}\nssh_password: *p\n x: ]`,
    `# the password: ${SECRET}\n]`,
    `ssh_password: ${SECRET}\nssh_password: ${SECRET}`,
    `hosts: a\n---\nssh_password: ${SECRET}`,
    `a: [[[ssh_password = ${SECRET}`,
  ])('removes the secret from %j, which is no valid configuration', (text) => {
    expect(redactConfig(text)).not.toContain(SECRET)
    const long = redactConfig(`interval: 5\n${text}\nhosts: [a]\n`)
    expect(long).not.toContain(SECRET)
    expect(long).toContain('interval: 5')
    expect(long).toContain('hosts: [a]')
  })

  it('comes to an end with anchors that contain themselves or multiply', () => {
    const laughs = ['a0: &a0 [x, x]']
    for (let level = 1; level < 40; level++)
      laughs.push(`a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`)
    expect(redactConfig(`${laughs.join('\n')}\nssh_password: ${SECRET}`)).not.toContain(SECRET)
    expect(redactConfig(`a: &a [*a]\nssh_password: ${SECRET}`)).not.toContain(SECRET)
  })

  it('never lets the secret through, however the lines around it are cut and mixed', () => {
    const pieces = [
      'hosts:',
      '  - a: A',
      '- b',
      'interval: 5',
      '# note',
      '',
      '{',
      '}',
      ']',
      '"',
      "'",
      '---',
      '&x',
      '  deep: er',
    ]
    const secret = fc.constantFrom(
      `ssh_password: ${SECRET}`,
      `  "ssh_password": "${SECRET}`,
      `{ssh_password: ${SECRET}, `,
      `ssh_password: |\n    ${SECRET}`,
      `ssh_password:\n    ${SECRET}`,
      `# ssh_password: ${SECRET}`,
      `- ssh_password: '${SECRET}'`,
    )
    const around = fc.array(fc.constantFrom(...pieces), { maxLength: 6 })
    fc.assert(
      fc.property(around, secret, around, (before, middle, after) => {
        expect(redactConfig([...before, middle, ...after].join('\n'))).not.toContain(SECRET)
      }),
      { numRuns: 2000 },
    )
  })
})
