/** What a command is to the command line: its words, its flags, and how they reach it. */
import type { Options } from 'yargs'
import type { CommandContext, CommandResult } from '../commands/context.js'

export type Flags = Readonly<Record<string, unknown>>

export interface CommandSpec {
  /** As yargs reads it. */
  readonly usage: string
  readonly describe: string
  readonly example: readonly [string, string]
  readonly options: Readonly<Record<string, Options>>
  /** Whether what it tells goes to clusterp.log. */
  readonly isLogged: boolean
  /** stdout belongs to a program that it runs: all that it tells goes to stderr, --json to run.json. */
  readonly leavesStdout?: boolean
  /** It takes the words after `--` as they were typed; others have them among their own. */
  readonly takesRest?: boolean
  /** `rest`: the words after `--`. */
  readonly run: (context: CommandContext, flags: Flags, rest: readonly string[]) => Promise<CommandResult>
}

export const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
  directory: { alias: 'C', type: 'string', requiresArg: true, describe: 'Work in DIR' },
  config: { type: 'string', requiresArg: true, describe: 'Configuration file (config.yml where you stand)' },
  hosts: {
    type: 'string',
    requiresArg: true,
    describe: 'Only these: names, ranges such as node[01-04], local',
  },
  interval: { type: 'string', requiresArg: true, describe: 'Seconds between two samples' },
  duration: { type: 'string', requiresArg: true, describe: 'Loggers end by themselves after this, e.g. 2h' },
  'ask-password': { type: 'boolean', describe: 'Ask for the password of the nodes' },
  json: { type: 'boolean', describe: 'Print the result as one JSON object' },
  quiet: { alias: 'q', type: 'boolean', describe: 'Tell only results, warnings and errors' },
  verbose: { alias: 'v', type: 'boolean', describe: 'Tell more' },
  debug: { type: 'boolean', describe: 'Show stack traces' },
  color: { type: 'boolean', describe: 'Colours on a terminal; --no-color or NO_COLOR: none' },
}

/** Of a flag given twice the last one counts. */
export const last = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value)
export const text = (flags: Flags, key: string): string | undefined => {
  const value = last(flags[key])
  return typeof value === 'string' ? value : undefined
}
export const isOn = (flags: Flags, key: string): boolean => last(flags[key]) === true
/** The words of a positional that takes several. */
export const words = (flags: Flags, key: string): readonly string[] => {
  const value = flags[key]
  return Array.isArray(value) ? value.map(String) : []
}
