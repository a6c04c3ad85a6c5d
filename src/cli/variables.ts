/** Environment variables that look like settings of clusterp and are none. */
import type { CommandContext } from '../commands/context.js'

type Context = Pick<CommandContext, 'env' | 'report'>

/** Warns of mistyped variables; inside a job `run` has done so already. */
export async function warnOfMistypedVariables({ env, report }: Context): Promise<void> {
  if (env.CLUSTERP_SESSION || !Object.keys(env).some((name) => name.startsWith('CLUSTERP_'))) return
  const { mistypedVariables } = await import('../config/mistyped-variables.js')
  for (const { name, meant } of mistypedVariables(env)) {
    report({ kind: 'warning', text: `${name} is no setting and has no effect; did you mean ${meant}?` })
  }
}
