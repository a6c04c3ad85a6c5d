import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { describeWith } from '../support/needs.js'
import { newPlace, removePlaces } from '../support/program.js'

const PROGRAM = fileURLToPath(new URL('../../bin/clusterp.js', import.meta.url))

afterAll(removePlaces)

// A function of this name is what the sourced script calls; compopt works only while readline completes.
const DRIVER = `
clusterp() { "$NODE" "$PROGRAM" "$@"; }
source <(clusterp completion bash) || exit 1
complete -p clusterp
compopt() { echo "compopt $*"; }
try() {
  COMP_LINE=$1; COMP_POINT=\${#1}; read -ra COMP_WORDS <<<"$1"
  case $1 in *' ') COMP_WORDS+=('') ;; esac
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _clusterp clusterp "\${COMP_WORDS[COMP_CWORD]}"
  printf '%s:' "$1"; printf ' [%s]' "\${COMPREPLY[@]}"; echo
}
`

describeWith('bash', 'the completion of bash', () => {
  it('sources, and completes commands, flags, hosts, paths and shells', async () => {
    const place = await newPlace(null)
    const config = 'hosts:\n  - node[1-2]\n  - db:2222\n'
    await writeFile(join(place.directory, 'config.yml'), config, { mode: 0o600 })
    const lines = [
      'clusterp sto',
      'clusterp status --wa',
      'clusterp stop --hosts no',
      'clusterp stop --hosts db:2',
    ]
    const more = [
      'clusterp -C ',
      'clusterp completion ',
      'clusterp plot --format=s',
      'clusterp start --name ',
    ]
    const script = [...lines, ...more].map((line) => `try '${line}'`).join('\n')
    const said = spawnSync('bash', ['--norc', '-c', `${DRIVER}${script}`], {
      cwd: place.directory,
      encoding: 'utf8',
      env: { ...process.env, NODE: process.execPath, PROGRAM, COMP_WORDBREAKS: ' \t\n"\'><=;|&(:' },
    })
    expect(said.stderr).toBe('')
    expect(said.stdout.trimEnd().split('\n')).toEqual([
      'complete -F _clusterp clusterp',
      'clusterp sto: [stop]',
      'clusterp status --wa: [--watch]',
      'compopt -o nospace',
      'clusterp stop --hosts no: [node1] [node2]',
      'compopt -o nospace',
      // bash replaces only what follows the colon.
      'clusterp stop --hosts db:2: [2222]',
      'compopt -o dirnames -o plusdirs',
      'clusterp -C : []',
      'clusterp completion : [bash] [zsh] [fish]',
      'compopt -o nospace',
      'clusterp plot --format=s: [svg]',
      'clusterp start --name : []',
    ])
  })
})

/** Shortest of some runs, milliseconds. */
function shortestMs(words: readonly string[], cwd: string): number {
  const runs = Array.from({ length: 5 }, () => {
    const beganMs = performance.now()
    expect(spawnSync(process.execPath, words, { cwd }).status).toBe(0)
    return performance.now() - beganMs
  })
  return Math.min(...runs)
}

describe('an answer to the shell', () => {
  it('takes no more than 2.5 times the start of Node, also with the hosts of a session', async () => {
    const { directory } = await newPlace(null)
    const hosts = Array.from({ length: 1000 }, (_, at) => ({ name: `node${at}`, alias: null }))
    await writeFile(join(directory, 'session.json'), JSON.stringify({ version: 1, id: 'x', hosts }))
    const bareMs = shortestMs(['-e', '0'], directory)
    expect(shortestMs([PROGRAM, '__complete', 'words', 'st'], directory)).toBeLessThan(2.5 * bareMs)
    const request = [PROGRAM, '__complete', 'words', 'stop', '--hosts', 'node99']
    expect(shortestMs(request, directory)).toBeLessThan(2.5 * bareMs)
  })
})
