import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where servers lie on systems that keep them out of a user's PATH, and what a bare environment lacks. */
const MORE_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin']

/** Absolute path of a program, as sshd demands for itself; null when it is not installed. */
export function programPath(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS]
  const paths = folders.filter((folder) => folder.startsWith('/')).map((folder) => join(folder, name))
  return paths.find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Absent, or not for us.
    return false
  }
}
