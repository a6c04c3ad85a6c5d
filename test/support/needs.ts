/**
 * Tests that need a program of the machine: where it is missing they are skipped, which is told at the end of the run
 * with the line that installs it. With CI=true they fail instead.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { describe, it } from 'vitest'
import { programPath } from './cluster/program-path.js'

export { programPath } from './cluster/program-path.js'

interface Need {
  /** Debian package that brings it; null when none does. */
  readonly package: string | null
  readonly isThere: () => boolean
  /** It may be missing in CI too: a container can forbid it. */
  readonly isOptionalInCi?: boolean
}

/** Set by skipped.ts: the file that what was skipped is noted in. */
export const SKIPS_VARIABLE = 'CLUSTERP_TEST_SKIPS'

const program = (name: string, debianPackage: string): Need => ({
  package: debianPackage,
  isThere: () => programPath(name) !== null,
})

const TOOLS = {
  sar: { package: 'sysstat', isThere: () => programPath('sar') !== null && programPath('sadf') !== null },
  perl: program('perl', 'perl'),
  bash: program('bash', 'bash'),
  dash: program('dash', 'dash'),
  busybox: program('busybox', 'busybox'),
  mawk: program('mawk', 'mawk'),
  gawk: program('gawk', 'gawk'),
  setpriv: program('setpriv', 'util-linux'),
  /** A terminal of its own for a program. */
  script: program('script', 'bsdutils'),
  ssh: program('ssh', 'openssh-client'),
  sshd: program('sshd', 'openssh-server'),
  chromium: program('chromium', 'chromium'),
  gs: program('gs', 'ghostscript'),
  pdftoppm: program('pdftoppm', 'poppler-utils'),
  pdftotext: program('pdftotext', 'poppler-utils'),
  /** Network and mount namespaces of one's own. */
  namespaces: {
    package: null,
    isThere: () => spawnSync('unshare', ['-mn', 'true']).status === 0,
    isOptionalInCi: true,
  },
} as const satisfies Record<string, Need>

export type Tool = keyof typeof TOOLS

const known = new Map<Tool, boolean>()

/** True when the tool is there; else notes that something is skipped for want of it. Throws instead with CI=true. */
export function needs(tool: Tool): boolean {
  const need: Need = TOOLS[tool]
  const isThere = known.get(tool) ?? need.isThere()
  if (isThere || known.has(tool)) return isThere
  if (process.env.CI === 'true' && !need.isOptionalInCi) throw new Error(missingSentence(tool))
  known.set(tool, false)
  const file = process.env[SKIPS_VARIABLE]
  if (file !== undefined) appendFileSync(file, `${tool}\n`)
  return false
}

/** `describe` for tests that need these tools. */
export function describeWith(tools: Tool | readonly Tool[], title: string, define: () => void): void {
  const wanted = typeof tools === 'string' ? [tools] : tools
  try {
    // Each is asked, so that each is noted.
    const isWhole = wanted.map(needs).every(Boolean)
    describe.skipIf(!isWhole)(title, define)
  } catch (error) {
    describe(title, () => {
      it('has the tools that it needs', () => {
        throw error
      })
    })
  }
}

/** The line that installs what these tools need; null when no package brings them. */
export function installLine(tools: readonly Tool[]): string | null {
  const packages = new Set(tools.flatMap((tool) => TOOLS[tool].package ?? []))
  return packages.size === 0 ? null : `apt-get install -y ${[...packages].sort().join(' ')}`
}

function missingSentence(tool: Tool): string {
  const line = installLine([tool])
  return `these tests need ${tool}, which is not on this machine${line === null ? '' : `: ${line}`}`
}

/** What is told at the end of a run in which tests were skipped for want of these tools. */
export function skippedSentence(tools: readonly Tool[]): string {
  const line = installLine(tools)
  const remedy = line === null ? '' : `\nTo run them too: ${line}`
  return `Tests were skipped: this machine has no ${tools.join(', no ')}.${remedy}`
}

export function isTool(name: string): name is Tool {
  return Object.hasOwn(TOOLS, name)
}
