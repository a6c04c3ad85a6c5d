/** An sshd of the current user on 127.0.0.1 with keys and configuration of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const PROGRAM = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'].find((path) => existsSync(path))

export interface TestSshd {
  readonly port: number
  /** Line for known_hosts. */
  readonly knownHost: string
  /** How many logins it has let in. */
  logins(): Promise<number>
  log(): Promise<string>
  stop(): void
}

/** Makes a key pair without passphrase at `path`; gives the public line. */
export async function makeKey(path: string): Promise<string> {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', path])
  return (await readFile(`${path}.pub`, 'utf8')).trim()
}

/** Starts one in `folder`, which it makes; `lines` of sshd_config win over its own. */
export async function startSshd(
  folder: string,
  userKey: string,
  lines: readonly string[] = [],
): Promise<TestSshd> {
  if (PROGRAM === undefined) throw new Error('there is no sshd here: apt-get install openssh-server')
  await mkdir(folder)
  const hostKey = await makeKey(join(folder, 'host_key'))
  await writeFile(join(folder, 'authorized_keys'), `${userKey}\n`)
  const port = await freePort()
  // A home of their own keeps the start-up files of whoever runs the tests out of the logins.
  const own = `ListenAddress 127.0.0.1
Port ${port}
HostKey ${join(folder, 'host_key')}
PidFile none
AuthorizedKeysFile ${join(folder, 'authorized_keys')}
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
SetEnv HOME=${folder}
LogLevel VERBOSE
`
  await writeFile(join(folder, 'config'), `${lines.join('\n')}\n${own}`)
  const logFile = join(folder, 'log')
  const child = spawn(PROGRAM, ['-D', '-f', join(folder, 'config'), '-E', logFile], { stdio: 'ignore' })
  const log = (): Promise<string> => (existsSync(logFile) ? readFile(logFile, 'utf8') : Promise.resolve(''))
  await untilListening(child, log)
  return {
    port,
    knownHost: `[127.0.0.1]:${port} ${hostKey}`,
    log,
    logins: async () =>
      (await log()).split('\n').filter((line) => line.startsWith('Accepted publickey for ')).length,
    stop: () => void child.kill('SIGKILL'),
  }
}

async function untilListening(child: ChildProcess, log: () => Promise<string>): Promise<void> {
  while (!(await log()).includes('Server listening')) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${await log()}`)
    await wait(10)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      )
    })
  })
}
