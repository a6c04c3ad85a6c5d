import { ClusterpError, ConfigError, HostError } from '../errors.js'
import { type CommandResult, type ExitCode, errorResult } from './context.js'
import { InterruptedError } from './waiting.js'

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

/**
 * Runs a later command of a chain. Why it failed is a result too, as an error would hide what the earlier ones said; only an
 * interruption, which has an exit code of its own, goes on its way.
 */
export async function asResult(work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof ClusterpError) || thrown instanceof InterruptedError) throw thrown
    const host = thrown instanceof HostError ? thrown.host : null
    return {
      exitCode: thrown instanceof ConfigError ? 2 : 1,
      hosts: [],
      blocks: [],
      json: {},
      error: { ...errorResult(thrown), host },
    }
  }
}
