/** Keys of hosts and of the user, made by ssh-keygen. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HOST_PATH, must } from './run.js'

const HOST_KEY_TYPES = ['ed25519', 'ecdsa'] as const

async function makeKey(file: string, type: string): Promise<void> {
  await rm(file, { force: true })
  await must({
    argv: ['ssh-keygen', '-q', '-t', type, '-N', '', '-C', '', '-f', file],
    env: { PATH: process.env.PATH ?? HOST_PATH },
  })
}

/** The user's key `id_ed25519` in a folder; gives its public line. */
export async function makeUserKey(folder: string): Promise<string> {
  const file = join(folder, 'id_ed25519')
  await makeKey(file, 'ed25519')
  return readFile(`${file}.pub`, 'utf8')
}

function hostKeyFile(folder: string, type: string): string {
  return join(folder, `ssh_host_${type}_key`)
}

/** New host keys in a folder, in place of earlier ones. */
export async function makeHostKeys(folder: string): Promise<void> {
  await Promise.all(HOST_KEY_TYPES.map((type) => makeKey(hostKeyFile(folder, type), type)))
}

/** `HostKey` lines of sshd_config for keys in `folder`. */
export function hostKeyOptions(folder: string): readonly string[] {
  return HOST_KEY_TYPES.map((type) => `HostKey ${hostKeyFile(folder, type)}`)
}

/** Lines of known_hosts: `names` (comma-separated), key type, key. */
export function knownHostLines(folder: string, names: string): Promise<readonly string[]> {
  const lines = HOST_KEY_TYPES.map(async (type) => {
    const [keyType, key] = (await readFile(`${hostKeyFile(folder, type)}.pub`, 'utf8')).split(' ')
    return `${names} ${keyType} ${key?.trim()}`
  })
  return Promise.all(lines)
}
