import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SshHop, SshTarget } from '../../../src/remote/ssh/types.js'
import { programPath } from '../../support/needs.js'

/** A real sshd on the loopback, with keys and configuration of its own. */
export interface Sshd {
  readonly folder: string
  readonly port: number
  readonly pid: number
  readonly user: string
  /** Private key that it lets in. */
  readonly identityFile: string
  readonly knownHostsFile: string
  readonly hostKey: string
  hop(name: string, changes?: Partial<SshHop['settings']>): SshHop
  target(name: string, changes?: Partial<SshHop['settings']>): SshTarget
  log(): Promise<string>
  stop(): Promise<void>
}

/** Starts an sshd for the current user; `lines` come before its other settings. */
export async function startSshd(lines: readonly string[] = []): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'clusterp-sshd-'))
  const port = await freePort()
  const { username: user } = userInfo()
  const at = (name: string): string => join(folder, name)
  for (const [name, type] of [
    ['host_ed25519', 'ed25519'],
    ['host_ecdsa', 'ecdsa'],
    ['id_ed25519', 'ed25519'],
  ] as const) {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', at(name)])
  }
  await writeFile(at('authorized_keys'), await readFile(at('id_ed25519.pub')))
  const hostKey = (await readFile(at('host_ed25519.pub'), 'utf8')).split(' ').slice(0, 2).join(' ')
  await writeFile(at('known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`)
  const config = [
    ...lines,
    // A start-up file of the shell, such as root's .bashrc, is no part of the test.
    `SetEnv HOME=${folder}`,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${at('host_ed25519')}`,
    `HostKey ${at('host_ecdsa')}`,
    `AuthorizedKeysFile ${at('authorized_keys')}`,
    `PidFile ${at('pid')}`,
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
  ]
  await writeFile(at('sshd_config'), `${config.join('\n')}\n`)
  // sshd wants this folder to exist even when it runs without privilege separation.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true })
  // sshd re-executes itself, which works by absolute path only.
  const program = programPath('sshd')
  if (program === null) throw new Error('there is no sshd on this machine')
  const child = spawn(program, ['-D', '-f', at('sshd_config'), '-E', at('log')], { stdio: 'ignore' })
  await untilOpen(port, child)
  return {
    folder,
    port,
    pid: child.pid ?? 0,
    user,
    identityFile: at('id_ed25519'),
    knownHostsFile: at('known_hosts'),
    hostKey,
    hop: (name, changes = {}) => ({ name, settings: settings(changes) }),
    target: (name, changes = {}) => ({ name, settings: settings(changes), hops: [], expected: null }),
    log: () => readFile(at('log'), 'utf8'),
    async stop() {
      child.kill('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }

  function settings(changes: Partial<SshHop['settings']>): SshHop['settings'] {
    return {
      hostName: '127.0.0.1',
      user,
      port,
      identityFiles: [at('id_ed25519')],
      identitiesOnly: false,
      identityAgent: null,
      proxyJump: [],
      proxyCommand: null,
      hostKeyAlias: null,
      knownHostsFiles: [at('known_hosts')],
      userKnownHostsFile: at('known_hosts'),
      hostKeyChecking: 'strict',
      ...changes,
    }
  }
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`sshd ended with code ${child.exitCode}`)
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('connect', () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (isOpen) return
    await sleep(25)
  }
  throw new Error(`sshd does not listen on port ${port}`)
}
