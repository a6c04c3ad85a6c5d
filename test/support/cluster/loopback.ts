/** A cluster of sshds of the current user on 127.0.0.1: for machines where namespaces are refused. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Ground, makeControllerFolders } from './assemble.js'
import { makeHostKeys, makeUserKey } from './keys.js'
import { GATEWAY } from './layout.js'
import { isSshd, type MachineProcess, scanProcesses, ZOMBIE } from './processes.js'
import { programPath } from './program-path.js'
import { HOST_PATH, must, plainEnv } from './run.js'
import { type Sshd, sshdAt } from './sshd.js'
import type { ClusterHost, ClusterOptions, HostProcess } from './types.js'
import { diskOf } from './world.js'

const WATCHDOG = fileURLToPath(new URL('loopback.sh', import.meta.url))
const ADDRESS = '127.0.0.1'
/** In the environment of everything that the cluster begets; see loopback.sh. */
const CLUSTER_MARK = 'TEST_CLUSTER'
/** Which of the hosts begot it. */
const HOST_MARK = 'TEST_HOST'
/** Where sshd that was started by root wants an empty folder; Debian's own start script makes it. */
const PRIVILEGE_FOLDER = '/run/sshd'

/** Starts the sshds; they end when this process does, whatever the reason. */
export async function loopbackGround(
  folder: string,
  options: ClusterOptions,
  username: string,
): Promise<Ground> {
  const watchdog = spawn('sh', [WATCHDOG, folder], {
    cwd: '/',
    env: { PATH: HOST_PATH },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = new Promise<void>((resolve) => watchdog.on('close', () => resolve()))
  await makeControllerFolders(folder)
  if (process.getuid?.() === 0) await mkdir(PRIVILEGE_FOLDER, { recursive: true, mode: 0o755 })
  const home = join(folder, 'home')
  await writeFile(join(folder, 'authorized_keys'), await makeUserKey(join(home, '.ssh')))
  await writeSshProgram(folder)
  const names = Array.from({ length: options.nodes }, (_, index) => `node${index + 1}`)
  const sshds = new Map<string, Sshd>()
  const hosts = await Promise.all([...(options.gateway ? [GATEWAY] : []), ...names].map(freeHost))
  const env = {
    ...plainEnv(username, home, `${join(folder, 'bin')}:${process.env.PATH ?? HOST_PATH}`),
    [CLUSTER_MARK]: folder,
  }
  const hostEnv = (host: string): Readonly<Record<string, string>> => ({
    ...env,
    PATH: HOST_PATH,
    [HOST_MARK]: host,
  })
  for (const host of hosts)
    sshds.set(host.name, loopbackSshd(folder, host, options.sshd?.[host.name] ?? {}, hostEnv(host.name)))
  await Promise.all(
    hosts.map(async ({ name }) => {
      for (const own of ['ssh', 'home']) await mkdir(join(diskOf(folder, name), own), { recursive: true })
      await makeHostKeys(join(diskOf(folder, name), 'ssh'))
      await sshds.get(name)?.start()
    }),
  )
  return {
    ...{ folder, username, sshds },
    hosts: hosts.filter((host) => host.name !== GATEWAY),
    gateway: hosts.find((host) => host.name === GATEWAY) ?? null,
    controllerCommand: (argv, run) => ({
      cwd: join(folder, 'work'),
      ...run,
      argv,
      env: { ...env, TZ: 'UTC', ...run.env },
    }),
    hostCommand: (host, argv, run) => ({ cwd: '/', ...run, argv, env: { ...hostEnv(host), ...run.env } }),
    processes: async (host, zombies) => processesOf(folder, host, zombies),
    end: () => endWatchdog(watchdog, ended),
  }
}

async function endWatchdog(watchdog: ChildProcess, ended: Promise<void>): Promise<void> {
  watchdog.stdin?.end()
  await ended
}

/** `ssh` for clusterp that reads the cluster's configuration, not the user's own: ssh goes by /etc/passwd, not by HOME. */
async function writeSshProgram(folder: string): Promise<void> {
  const ssh = join(folder, 'home', '.ssh')
  await writeFile(
    join(ssh, 'config'),
    `IdentityFile ${join(ssh, 'id_ed25519')}\nIdentitiesOnly yes\nUserKnownHostsFile ${join(ssh, 'known_hosts')}\nGlobalKnownHostsFile none\n`,
  )
  await mkdir(join(folder, 'bin'))
  const program = join(folder, 'bin', 'ssh')
  await writeFile(program, `#!/bin/sh\nexec '${programPath('ssh')}' -F '${join(ssh, 'config')}' "$@"\n`)
  await chmod(program, 0o755)
}

async function freeHost(name: string): Promise<ClusterHost> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, ADDRESS, resolve))
  const address = server.address()
  const port = address === null || typeof address === 'string' ? 0 : address.port
  await new Promise((resolve) => server.close(resolve))
  return { name, address: ADDRESS, port, target: `${ADDRESS}:${port}` }
}

function loopbackSshd(
  folder: string,
  host: ClusterHost,
  wanted: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Sshd {
  const disk = diskOf(folder, host.name)
  const files = { folder: join(disk, 'ssh'), log: join(disk, 'sshd.log') }
  return sshdAt(
    {
      host: host.name,
      names: `[${host.address}]:${host.port}`,
      machine: files,
      seen: files,
      lines: [
        `ListenAddress ${host.address}:${host.port}`,
        `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
        'PasswordAuthentication no',
        'StrictModes no',
        'PermitUserRC no',
      ],
      run: (argv) => must({ argv, cwd: '/', env }),
      processes: () => processesOf(folder, host.name, false),
    },
    wanted,
    // An empty HOME: bash reads ~/.bashrc for a command over ssh, and what the user has there must neither run nor be cut.
    { [CLUSTER_MARK]: folder, [HOST_MARK]: host.name, HOME: join(disk, 'home') },
  )
}

/** The host's listener and what descends from it, what carries its mark, and sshds that stand above those. */
async function processesOf(folder: string, host: string, zombies: boolean): Promise<readonly HostProcess[]> {
  const all = await scanProcesses()
  const byPid = new Map(all.map((one) => [one.machinePid, one]))
  const config = join(diskOf(folder, host), 'ssh', 'sshd_config')
  const ours = new Set<MachineProcess>()
  for (const one of all) {
    const { environ } = one
    if (environ[CLUSTER_MARK] === folder && environ[HOST_MARK] === host) ours.add(one)
    // The title of a listener: "sshd: /usr/sbin/sshd -f /tmp/…/sshd_config -E … [listener] 0 of 10-100 startups".
    if (isSshd(one) && one.command.includes(` -f ${config} `)) ours.add(one)
  }
  for (const one of [...ours]) {
    let above = byPid.get(one.parent)
    for (; above !== undefined && isSshd(above); above = byPid.get(above.parent)) ours.add(above)
  }
  let size = 0
  while (size < ours.size) {
    size = ours.size
    for (const one of all) {
      const parent = byPid.get(one.parent)
      if (parent !== undefined && ours.has(parent)) ours.add(one)
    }
  }
  return [...ours].filter((one) => zombies || one.state !== ZOMBIE)
}
