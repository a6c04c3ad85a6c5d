/** Which pictures there are to look at. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../../errors.js'
import { sessionPaths } from '../../session/paths.js'

/** Every picture of the whole session, as `network/em1_out.svg`; none when nothing was drawn yet. */
export async function drawnPlots(directory: string): Promise<ReadonlySet<string>> {
  const { plot } = sessionPaths(directory)
  try {
    const names = await readdir(plot, { recursive: true, withFileTypes: true })
    const files = names.filter((entry) => entry.isFile() && PICTURE.test(entry.name))
    const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(plot.length + 1))
    return new Set(paths.filter((path) => !path.startsWith(SELECTION)))
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return new Set()
    throw error
  }
}

/** Where pictures of a part of the hosts or of the time lie. */
const SELECTION = 'selection/'
const PICTURE = /\.(svg|png|pdf|eps)$/
/** What is shown of a picture in several formats. */
const ENDINGS = ['svg', 'png', 'pdf', 'eps']

/** The file of a plot such as `network/em1_out`, below the working directory; null when it was not drawn. */
export function plotFileOf(drawn: ReadonlySet<string>, plot: string): string | null {
  const ending = ENDINGS.find((one) => drawn.has(`${plot}.${one}`))
  return ending === undefined ? null : `plot/${plot}.${ending}`
}

/** How many plots there are, each counted once whatever its formats. */
export function plotCount(drawn: ReadonlySet<string>): number {
  return new Set([...drawn].map((file) => file.replace(PICTURE, ''))).size
}
