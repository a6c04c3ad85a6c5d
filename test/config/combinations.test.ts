import { describe, expect, it } from 'vitest'
import { errorOf, problemsOf, resolve } from './resolving.js'

describe('passwords', () => {
  const SECRET = 'hunter2'

  it('may come from one place only, and not with openssh', () => {
    expect(problemsOf(`hosts: [a]\nssh_password: ${SECRET}\nssh_password_env: X`)).toEqual([
      'config.yml: ssh_password: cannot be set together with ssh_password_env; keep one of the two',
    ])
    const remedy =
      'cannot be used with connect: openssh, which asks for no password; use keys or the agent, or connect: ssh2'
    expect(problemsOf(`hosts: [a]\nssh_password: ${SECRET}\nconnect: openssh`)).toEqual([
      `config.yml: ssh_password: ${remedy}`,
    ])
    expect(problemsOf('hosts: [a]\nconnect: openssh', { CLUSTERP_SSH_PASSWORD: SECRET })).toEqual([
      `CLUSTERP_SSH_PASSWORD: ${remedy}`,
    ])
  })

  it.each([
    `ssh_pasword: ${SECRET}`,
    `ssh_passwrd: ${SECRET}`,
    `Ssh_Password: ${SECRET}`,
    `passphrase: [${SECRET}]`,
    `ssh_password: [${SECRET}]`,
    `ssh_password: {a: ${SECRET}}`,
    `ssh_password_env: "${SECRET} is no name"`,
    `ssh_gateway: root:${SECRET}@gw`,
    `plot: {pass: ${SECRET}}`,
    `ssh_password: *${SECRET}`,
    `ssh_password: !${SECRET} x`,
    `ssh_password: %${SECRET}`,
    `ssh_password: "${SECRET}`,
    `ssh_password: '${SECRET}`,
    `ssh_password: "${SECRET}\\q"`,
    `ssh_password: ${SECRET}: x`,
    `ssh_password:${SECRET}`,
    `ssh_password: |\n${SECRET}`,
    `ssh_password: @${SECRET}`,
    `ssh_password: {${SECRET}`,
  ])('never show in what is said about %j', (line) => {
    const { message, stack, cause } = errorOf(`hosts: [a]\n${line}\n`)
    expect(message).toMatch(/^config\.yml:/)
    expect(`${message}${stack}${cause}`).not.toContain(SECRET)
  })

  it('do not show when a missing blank made them part of a key', () => {
    expect(problemsOf(`{hosts: [a], ssh_password:${SECRET}}`)).toEqual([
      'config.yml: ssh_password: unknown key; did you mean "ssh_password"?',
    ])
  })

  it('and other login keys are warned about where a command makes the connection', () => {
    const { warnings } = resolve(
      `hosts: [a]\nssh_password: ${SECRET}\nssh_port: 5\nconnect: docker exec -i {host} sh`,
    )
    expect(warnings).toEqual([
      'config.yml: ssh_password, config.yml: ssh_port: not used, because connect is the command docker',
    ])
  })
})
