/** Builds once before the tests that run the program itself, when the built code is older than its source. */
import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Written last by a build that succeeded. */
const BUILT = join(ROOT, 'dist/help.json')

/** Vitest's global set-up of the project `node`. */
export async function setup(): Promise<void> {
  if ((await newestChangeMs(join(ROOT, 'src'))) < (await changeMs(BUILT))) return
  await promisify(execFile)('npm', ['run', 'build'], { cwd: ROOT })
}

async function changeMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    // Not built yet.
    return 0
  }
}

async function newestChangeMs(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Math.max(...(await Promise.all(files.map(changeMs))))
}
