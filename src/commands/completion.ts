/** `clusterp completion SHELL`: a script to source, after which the shell completes clusterp's words. */
import { didYouMean } from '../config/show.js'
import { ConfigError } from '../errors.js'
import { SHELLS } from './completing/candidates.js'
import { completionScript } from './completing/scripts.js'
import { type CommandResult, line } from './context.js'

/** Gives the script for a shell. */
export async function completionCommand(shell: string): Promise<CommandResult> {
  const known = SHELLS.find((name) => name === shell)
  if (known === undefined) {
    const meant = didYouMean(shell, SHELLS)
    throw new ConfigError(`completion: there is none for "${shell}"${meant}`, {
      hint: `choose from: ${SHELLS.join(', ')}`,
    })
  }
  const script = completionScript(known)
  return { exitCode: 0, hosts: [], blocks: script.split('\n').map(line), json: { shell: known, script } }
}
