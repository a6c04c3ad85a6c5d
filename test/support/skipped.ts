/** Tells at the end of a run which tests were skipped for want of a program, and how to install it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isTool, SKIPS_VARIABLE, skippedSentence } from './needs.js'

/** Vitest's global set-up; what it returns runs last. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'clusterp-skips-'))
  const file = join(folder, 'skips')
  writeFileSync(file, '')
  process.env[SKIPS_VARIABLE] = file
  return () => {
    const tools = [...new Set(readFileSync(file, 'utf8').split('\n').filter(isTool))]
    rmSync(folder, { recursive: true })
    if (tools.length > 0) process.stdout.write(`\n${skippedSentence(tools)}\n`)
  }
}
