import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClusterpError } from '../../errors.js'

/** As sh has them. */
export const NOT_EXECUTABLE = 126
export const NOT_FOUND = 127
/** Where execvp looks without a PATH. */
const DEFAULT_PATH = '/bin:/usr/bin'

type Look = 'runs' | 'no program' | 'a folder' | 'absent'

async function lookAt(path: string): Promise<Look> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) return 'a folder'
    if (!found.isFile()) return 'no program'
  } catch {
    // Whatever keeps it from being seen keeps it from being found.
    return 'absent'
  }
  try {
    await access(path, constants.X_OK)
    return 'runs'
  } catch {
    // EACCES, or a file system mounted noexec.
    return 'no program'
  }
}

/**
 * Throws with the exit code of sh where a command cannot be run: 127 when it is not there, 126 when it is and may not be
 * executed. Looked up before anything is started, so that a slip of the keyboard leaves no session.
 */
export async function findProgram(name: string, searchPath: string | undefined): Promise<void> {
  const folders = name.includes('/') ? [] : (searchPath ?? DEFAULT_PATH).split(':')
  const places = name.includes('/') ? [name] : folders.map((folder) => join(folder || '.', name))
  const looks = await Promise.all(places.map(lookAt))
  if (looks.includes('runs')) return
  const at = looks.findIndex((look) => look !== 'absent')
  if (at !== -1) {
    const what = looks[at] === 'a folder' ? 'is a folder' : 'may not be executed'
    throw new ClusterpError(`run: ${places[at]} ${what}; nothing was started`, {
      hint: looks[at] === 'a folder' ? null : `if it is a program: chmod +x ${places[at]}`,
      exitCode: NOT_EXECUTABLE,
    })
  }
  const isHere = !name.includes('/') && (await lookAt(name)) !== 'absent'
  throw new ClusterpError(`run: there is no program "${name}"; nothing was started`, {
    hint: isHere ? `the one in this folder: clusterp run -- ./${name}` : null,
    exitCode: NOT_FOUND,
  })
}
