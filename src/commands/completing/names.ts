import { join, resolve } from 'node:path'
import { glanceSession, glanceSessionIds } from '../../session/glance.js'
import { readMarks } from '../../session/marks.js'
import type { Candidate, Names } from './candidates.js'
import type { Whereabouts } from './typed-words.js'

/** Names from the folder that the words so far mean, seen from where the user stands. */
export function diskNames(env: Readonly<Record<string, string | undefined>>): Names {
  const folderOf = ({ directory }: Whereabouts): string => resolve(expandHome(directory ?? '.', env.HOME))
  return {
    sessions: async (where) =>
      (await glanceSessionIds(folderOf(where))).map((text) => ({ text, about: null })),
    marks: async (where) => {
      // Why they cannot be read is what the command itself will tell.
      const { marks } = await readMarks(folderOf(where)).catch(() => ({ marks: [] }))
      return [...new Set(marks.map(({ text }) => text))].map((text) => ({ text, about: null }))
    },
    hosts: async (where) => {
      const session = where.config === null ? await glanceSession(folderOf(where)) : null
      const hosts = session?.hosts ?? (await configuredHosts(where, folderOf(where), env))
      return hosts.flatMap(({ name, alias }): Candidate[] => [
        { text: name, about: alias },
        ...(alias === null ? [] : [{ text: alias, about: name }]),
      ])
    },
  }
}

/** `~/x` as typed: nobody expands it in a line that is still being written. */
function expandHome(path: string, home: string | undefined): string {
  return home !== undefined && /^~(\/|$)/.test(path) ? join(home, path.slice(1)) : path
}

/** Those of config.yml; none where it cannot be read, of which the command itself will tell. */
async function configuredHosts(
  where: Whereabouts,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly { readonly name: string; readonly alias: string | null }[]> {
  const { readConfigIfAny } = await import('../../config/config.js')
  const named = where.config === null ? null : expandHome(where.config, env.HOME)
  for (const path of named === null ? ['config.yml', join(folder, 'config.yml')] : [named]) {
    const loaded = await readConfigIfAny({ path, env, flags: {} }).catch(() => null)
    if (loaded !== null) return loaded.config.hosts
  }
  return []
}
