/** A script that is cut in transit does nothing, wherever it is cut. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { proc } from '../../src/collectors/proc.js'
import { type ArmRequest, armScript } from '../../src/remote/arm.js'
import { type NodeScript, scriptText } from '../../src/remote/script.js'
import { shellFile } from '../../src/remote/shell-files.js'
import { armRequest, newPlace, uptimeNow } from '../support/live-node.js'
import { describeWith, programPath } from '../support/needs.js'

const MARKER = 'clusterp-0f3a5c77d2e91b04'

/** Folders in which a prefix is run: everything that it could call is a trap, everything it could write is watched. */
interface Cage {
  readonly root: string
  readonly traps: string
  readonly remoteDir: string
  readonly work: string
}

/**
 * Every word of the script, and every beginning of a word, names a program that notes that it was called; but for those
 * that begin with an underscore, like which no command is named.
 */
function makeCage(script: string): Cage {
  const root = mkdtempSync(join(tmpdir(), 'clusterp-cut-'))
  const cage = { root, traps: join(root, 'traps'), remoteDir: join(root, 'remote'), work: join(root, 'work') }
  for (const folder of [cage.traps, cage.remoteDir, cage.work]) mkdirSync(folder, { mode: 0o700 })
  const trap = join(root, 'trap')
  writeFileSync(trap, `#!/bin/sh\n: >"${root}/called-\${0##*/}"\n`)
  chmodSync(trap, 0o755)
  const beginnings = new Set<string>()
  for (const [word] of script.matchAll(/[A-Za-z][\w.-]*/g)) {
    for (let length = 1; length <= Math.min(word.length, 60); length++) beginnings.add(word.slice(0, length))
  }
  for (const name of beginnings) symlinkSync(trap, join(cage.traps, name))
  return cage
}

/** Runs each prefix in a shell of its own, one after the other; resolves to what they printed on stdout. */
function runPrefixes(
  words: readonly string[],
  cage: Cage,
  script: string,
  lengths: readonly number[],
): Promise<string> {
  const bytes = Buffer.from(script)
  mkdirSync(join(cage.root, 'cut'))
  for (const length of lengths) {
    writeFileSync(join(cage.root, 'cut', String(length)), bytes.subarray(0, length))
  }
  const driver = `cd "${cage.work}"
for cut in "${cage.root}"/cut/*; do
  PATH="${cage.traps}" ${words.join(' ')} <"$cut" 2>/dev/null
done
`
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', driver], { stdio: ['ignore', 'pipe', 'ignore'] })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.on('close', () => resolve(stdout))
  })
}

/** Nothing was called, written or made. */
function expectUntouched(cage: Cage): void {
  expect(readdirSync(cage.root).filter((name) => name.startsWith('called-'))).toEqual([])
  expect(readdirSync(cage.work)).toEqual([])
  expect(readdirSync(cage.remoteDir)).toEqual([])
}

function scriptFor(cage: Cage): string {
  const place = newPlace(cage.remoteDir)
  const request: ArmRequest = armRequest(
    { ...place, sessionId: '20261120-091500-0a1b2c3d' },
    [
      {
        name: 'sadc',
        argv: ['/usr/lib/sysstat/sadc', '-S', 'DISK', '1', '10', './sa.bin'],
        files: ['./sa.bin'],
      },
    ],
    { startUptimeSec: uptimeNow() + 3600 },
  )
  return scriptText(armScript(request), MARKER)
}

/** Lengths to cut at: every so many bytes, around each line's end, and all of the last 30. */
function lengthsOf(script: string, step: number): readonly number[] {
  const bytes = Buffer.from(script)
  const lengths: number[] = []
  // The last byte is a newline, without which the script is whole.
  for (let length = 0; length < bytes.length - 1; length++) {
    const isAtLineEnd = bytes[length] === 10 || bytes[length - 1] === 10
    if (isAtLineEnd || length % step === 0 || length > bytes.length - 30) lengths.push(length)
  }
  return lengths
}

const SHELLS = [
  { shell: 'dash', words: () => [programPath('dash') ?? ''], step: 1 },
  { shell: 'bash', words: () => [programPath('bash') ?? '', '--posix'], step: 11 },
  { shell: 'busybox', words: () => [programPath('busybox') ?? '', 'sh'], step: 5 },
] as const

describe('a script that starts loggers', { concurrent: true }, () => {
  for (const { shell, words, step } of SHELLS) {
    describeWith(shell, `read by ${shell}`, () => {
      it('does nothing when it is cut at any byte', async (context) => {
        const draft = makeCage('')
        const script = scriptFor(draft)
        rmSync(draft.root, { recursive: true })
        const cage = makeCage(script)
        context.onTestFinished(() => rmSync(cage.root, { recursive: true }))
        const own = scriptFor(cage)
        const stdout = await runPrefixes(words(), cage, own, lengthsOf(own, step))
        expect(stdout).toBe('')
        expectUntouched(cage)
      })

      it('would be seen by the traps if it did something', async (context) => {
        const cage = makeCage('shutdown_x')
        context.onTestFinished(() => rmSync(cage.root, { recursive: true }))
        await runPrefixes(words(), cage, 'shutdown_x now', [8])
        expect(readdirSync(cage.root)).toContain('called-shutdown')
      })
    })
  }
})

describe('every script', () => {
  const ALL: readonly (readonly [string, NodeScript])[] = [
    [
      'probe',
      { variables: { remote_dir: '/t', activities: 'A', disk_names: 'sda' }, body: shellFile('probe.sh') },
    ],
    ['halt', { variables: { remote_dir: '/t' }, body: shellFile('halt.sh') }],
    ['remove', { variables: { remote_dir: '/t', tombstone: 'no' }, body: shellFile('remove.sh') }],
    [
      'status',
      {
        variables: { remote_dir: '/t', recent: 'yes' },
        body: `${proc.countLines}\n${shellFile('recent.sh')}\n${shellFile('status.sh')}`,
      },
    ],
    ['pull', { variables: {}, body: `send_frames() {\n:\n}\n${shellFile('pull.sh')}` }],
    ['leftovers', { variables: {}, body: shellFile('leftovers.sh') }],
  ]

  it.each(ALL)('that does %s is no script at all until its function is closed', (_what, script) => {
    const text = scriptText(script, MARKER)
    const lines = text.split('\n')
    const first = lines.indexOf('_clusterp_main() {') + 1
    const last = lines.lastIndexOf('}')
    for (let line = first; line <= last; line++) {
      const cut = lines.slice(0, line).join('\n')
      const said = spawnSync('sh', ['-n'], { input: cut })
      if (said.status === 0) expect.fail(`sh accepts it cut before line ${line}: ${lines[line]}`)
    }
  })
})
