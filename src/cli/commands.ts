/** Every command, in the order of the help. A command's own module is loaded only when it runs. */
import { KEEPING } from './keeping.js'
import { RECORDING } from './recording.js'
import { RESULTS } from './results.js'
import type { CommandSpec } from './spec.js'

export const COMMANDS: readonly CommandSpec[] = [...RECORDING, ...RESULTS, ...KEEPING]

/** Names of the commands, in the order of the help. */
export const COMMAND_NAMES: readonly string[] = COMMANDS.map(({ usage }) => usage.split(' ')[0] ?? usage)
