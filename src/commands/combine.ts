import type { CommandResult, ExitCode } from './context.js'

// What a later command of a chain adds never hides what an earlier one said.
const SEVERITY: readonly ExitCode[] = [0, 3, 1, 2]

/** One result of several commands run after each other: the worst exit code, everything said, the hosts of the first. */
export function combineResults(results: readonly CommandResult[]): CommandResult {
  const [first] = results
  const codes = results.map((result) => result.exitCode)
  const worst = codes.reduce<ExitCode>((a, b) => (SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b), 0)
  const error = results.find((result) => result.error !== undefined)?.error
  return {
    ...(error === undefined ? {} : { error }),
    exitCode: worst,
    hosts: first?.hosts ?? [],
    blocks: results.flatMap((result) => result.blocks),
    json: Object.assign({}, ...results.map((result) => result.json)),
  }
}
