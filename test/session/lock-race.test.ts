import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from './sample.js'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))
const LOCK_FILES = ['disk-errors', 'lock-file', 'lock', 'paths', 'process-identity']
const TAKERS = 20

/** The lock as JavaScript, so that processes of their own can run it; returns the URL of lock.js. */
async function transpileLock(folder: string): Promise<string> {
  await mkdir(join(folder, 'session'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"type": "module"}')
  for (const file of ['errors', 'model', ...LOCK_FILES.map((name) => `session/${name}`)]) {
    const source = await readFile(join(SRC, `${file}.ts`), 'utf8')
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
    await writeFile(
      join(folder, `${file}.js`),
      ts.transpileModule(source, { compilerOptions: options }).outputText,
    )
  }
  return pathToFileURL(join(folder, 'session/lock.js')).href
}

/** A process that takes the lock when told to, says `won` or `lost`, and lives until its input ends. */
function taker(
  lockUrl: string,
  directory: string,
): { say: (line: string) => void; heard: () => Promise<string>; kill: () => Promise<void> } {
  const script = `
    import { acquireLock } from ${JSON.stringify(lockUrl)}
    process.stdin.once('data', async () => {
      try {
        await acquireLock(${JSON.stringify(directory)}, { command: 'race', now: new Date(0) })
        console.log('won')
      } catch (error) {
        console.log(error.name === 'SessionError' && error.message.includes('in use') ? 'lost' : String(error))
      }
    })
    console.log('ready')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  return {
    say: (line) => child.stdin.write(`${line}\n`),
    heard: async () => String((await once(child.stdout, 'data'))[0]).trim(),
    kill: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

describe('acquireLock', () => {
  it('lets exactly one of 20 processes take over from a killed one', async () => {
    const lockUrl = await transpileLock(await temporaryFolder())
    const directory = await temporaryFolder()
    const first = taker(lockUrl, directory)
    await first.heard()
    first.say('go')
    expect(await first.heard()).toBe('won')
    await first.kill()

    const takers = Array.from({ length: TAKERS }, () => taker(lockUrl, directory))
    try {
      await Promise.all(takers.map((one) => one.heard()))
      const answers = takers.map((one) => one.heard())
      for (const one of takers) one.say('go')
      const said = await Promise.all(answers)
      expect(said.filter((answer) => answer === 'won')).toHaveLength(1)
      expect(said.filter((answer) => answer === 'lost')).toHaveLength(TAKERS - 1)
      expect((await readdir(directory)).map((name) => basename(name))).toEqual(['session.lock'])
    } finally {
      await Promise.all(takers.map((one) => one.kill()))
    }
  }, 30_000)
})
