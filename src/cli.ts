/** Flags, wiring and exit codes. Each command's module is loaded only when it runs: `--help` needs none of them. */

import { setMaxListeners } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { Argv, Options } from 'yargs'
import type { CommandContext, CommandResult } from './commands/context.js'

type Flags = Readonly<Record<string, unknown>>

interface CommandSpec {
  /** As yargs reads it. */
  readonly usage: string
  readonly describe: string
  readonly example: readonly [string, string]
  readonly options: Readonly<Record<string, Options>>
  /** Whether what it tells goes to clusterp.log. */
  readonly isLogged: boolean
  readonly run: (context: CommandContext, flags: Flags) => Promise<CommandResult>
}

const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
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
  quiet: { alias: 'q', type: 'boolean', describe: 'Tell only warnings and errors' },
  verbose: { alias: 'v', type: 'boolean', describe: 'Tell more' },
  debug: { type: 'boolean', describe: 'Show stack traces' },
  color: { type: 'boolean', describe: 'Colours on a terminal; --no-color or NO_COLOR: none' },
}

/** Of a flag given twice the last one counts. */
const last = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value)
const text = (flags: Flags, key: string): string | undefined => {
  const value = last(flags[key])
  return typeof value === 'string' ? value : undefined
}
const isOn = (flags: Flags, key: string): boolean => last(flags[key]) === true

const COMMANDS: readonly CommandSpec[] = [
  {
    // Not `hosts`: that is the flag of all commands.
    usage: 'init [host..]',
    describe: 'Write config.yml',
    example: ['$0 init node[01-04]', 'a config.yml for four nodes'],
    options: { force: { type: 'boolean', describe: 'Overwrite a config.yml that is there' } },
    isLogged: false,
    run: async (context, flags) => {
      const { initCommand } = await import('./commands/init.js')
      const hosts = Array.isArray(flags.host) ? flags.host.map(String) : []
      const { hosts: list = '' } = context.flags
      return initCommand(context, { hosts: [...hosts, list], isForced: isOn(flags, 'force') })
    },
  },
  {
    usage: 'check',
    describe: 'Test every node before the job',
    example: ['$0 check', 'what would stop or spoil a session, with a remedy each'],
    options: {
      'accept-new': { type: 'boolean', describe: 'Write down host keys that are not known yet' },
    },
    isLogged: false,
    run: async (context, flags) => {
      const { checkCommand } = await import('./commands/check.js')
      return checkCommand(context, { acceptsNew: isOn(flags, 'accept-new') })
    },
  },
  {
    usage: 'start',
    describe: 'Start the loggers on every node',
    example: ['$0 start --name baseline', 'record until stop'],
    options: {
      name: { type: 'string', requiresArg: true, describe: 'A label for the session' },
      'keep-going': { type: 'boolean', describe: 'Start even if some hosts fail' },
    },
    isLogged: true,
    run: async (context, flags) => {
      const { startCommand } = await import('./commands/start.js')
      return startCommand(context, {
        name: text(flags, 'name') ?? null,
        keepGoing: isOn(flags, 'keep-going'),
      })
    },
  },
  {
    usage: 'status',
    describe: 'Show what runs on each node',
    example: ['$0 status', 'samples so far, age of the last, when the lease ends'],
    options: {},
    isLogged: false,
    run: async (context) => {
      const { statusCommand } = await import('./commands/status.js')
      return statusCommand(context)
    },
  },
  {
    usage: 'stop',
    describe: 'Stop the loggers and fetch their data',
    example: ['$0 stop --with-parse --with-plot', 'from running loggers to plots'],
    options: {
      'with-parse': { type: 'boolean', describe: 'Parse what was fetched' },
      'with-plot': { type: 'boolean', describe: 'Draw what was parsed' },
      now: { type: 'boolean', describe: 'Do not wait for the sample that is due' },
    },
    isLogged: true,
    run: async (context, flags) => {
      const { stopCommand } = await import('./commands/stop.js')
      const withParse = isOn(flags, 'with-parse')
      return stopCommand(context, {
        withParse,
        withPlot: isOn(flags, 'with-plot'),
        isNow: isOn(flags, 'now'),
      })
    },
  },
  {
    usage: 'parse',
    describe: 'Turn raw files into CSVs',
    example: ['$0 parse --with-plot', 'CSVs and plots of what lies in raw/'],
    options: { 'with-plot': { type: 'boolean', describe: 'Draw what was parsed' } },
    isLogged: true,
    run: async (context, flags) => {
      const { parseCommand } = await import('./commands/parse.js')
      return parseCommand(context, { withPlot: isOn(flags, 'with-plot') })
    },
  },
  {
    usage: 'plot',
    describe: 'Draw the CSVs',
    example: ['$0 plot --only cpu,disk/*_read --from 5m', 'some plots, a part of the time'],
    options: {
      format: { type: 'string', requiresArg: true, describe: 'svg, png' },
      layout: { type: 'string', requiresArg: true, describe: 'auto, lines' },
      only: { type: 'string', requiresArg: true, describe: 'Plots to draw: cpu, cpu/iowait, network/*_in' },
      from: {
        type: 'string',
        requiresArg: true,
        describe: 'Elapsed (5m), time of day (12:04), text of a mark',
      },
      to: { type: 'string', requiresArg: true, describe: 'As --from' },
    },
    isLogged: true,
    run: async (context, flags) => {
      const { plotCommand } = await import('./commands/plot.js')
      const [format, layout, only, from, to] = ['format', 'layout', 'only', 'from', 'to'].map((key) =>
        text(flags, key),
      )
      return plotCommand(context, { format, layout, only, from, to })
    },
  },
  {
    usage: 'clean [session-id]',
    describe: 'End and remove what was left over on the nodes',
    example: ['$0 clean --yes', 'remove the folders of finished and failed sessions of this folder'],
    options: {
      yes: { type: 'boolean', describe: 'Do not ask' },
      discard: { type: 'boolean', describe: 'Also data that was never fetched' },
    },
    isLogged: true,
    run: async (context, flags) => {
      const { cleanCommand } = await import('./commands/clean.js')
      const sessionId = text(flags, 'session-id') ?? null
      return cleanCommand(context, {
        sessionId,
        isSure: isOn(flags, 'yes'),
        isDiscarding: isOn(flags, 'discard'),
      })
    },
  },
  {
    usage: 'sessions',
    describe: 'List the sessions of this folder',
    example: ['$0 -C runs/threads-8 sessions', 'those of another folder'],
    options: {},
    isLogged: false,
    run: async (context) => {
      const { sessionsCommand } = await import('./commands/sessions.js')
      return sessionsCommand(context)
    },
  },
]

/** Runs the command line; the exit code goes to process.exitCode. */
export async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners('error').includes(onLostOutput)) stream.on('error', onLostOutput)
  }
  const help = storedHelp(argv)
  if (help !== null) {
    process.stdout.write(`${help}\n`)
    return
  }
  try {
    const parser = await createParser(argv)
    await parser.parseAsync()
  } catch (thrown) {
    await reportUsage(thrown, argv)
  }
}

/** A reader that went away (`| head`, a closed terminal) must not end a stop half-way; a full disk is a failure. */
function onLostOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') process.exitCode = 1
}

const HELP_WIDTH = 80

async function createParser(argv: readonly string[]): Promise<Argv> {
  const { default: yargs } = await import('yargs')
  const version = packageVersion()
  let parser: Argv = yargs([...argv])
    .scriptName('clusterp')
    .usage(
      '$0 COMMAND\n\nProfiles one distributed job on Linux nodes: sar and nvidia-smi loggers, CSVs, plots.',
    )
    .parserConfiguration({ 'parse-numbers': false })
    .options(GLOBAL_OPTIONS)
    .group(Object.keys(GLOBAL_OPTIONS), 'For every command:')
    .version(version)
    .alias('version', 'V')
    .help()
    .alias('help', 'h')
    .wrap(HELP_WIDTH)
    .strict()
    .exitProcess(false)
    .epilogue('Exit codes: 0 good, 1 failed, 2 wrong usage or config, 3 done but degraded.')
    .fail((message, error) => {
      throw error ?? new UsageError(message)
    })
  for (const command of COMMANDS) {
    parser = parser.command(
      command.usage,
      command.describe,
      (builder) => builder.options(command.options).example(command.example[0], command.example[1]),
      (flags) => runCommand(command, flags as Flags, version),
    )
  }
  return parser.demandCommand(1, 'name a command, such as: clusterp start').recommendCommands()
}

/** The help of a command, or of all with `null`, as yargs renders it. */
export async function renderHelp(command: string | null): Promise<string> {
  const parser = await createParser([])
  const words = command === null ? ['--help'] : [command, '--help']
  return new Promise((resolve, reject) => {
    parser.parse(words, (error: Error | undefined, _argv: unknown, output: string) =>
      error ? reject(error) : resolve(output),
    )
  })
}

/** Names of the commands, in the order of the help. */
export const COMMAND_NAMES: readonly string[] = COMMANDS.map(({ usage }) => usage.split(' ')[0] ?? usage)

/** Written by the build: rendering it takes yargs longer than Node takes to start. */
const HELP_FILE = new URL('./help.json', import.meta.url)

/** The stored help that exactly this command line asks for; null: let yargs answer. */
function storedHelp(argv: readonly string[]): string | null {
  const [first = '', second] = argv
  const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h'
  const isAsked = (argv.length === 1 && isHelp(first)) || (argv.length === 2 && isHelp(second))
  if (!isAsked || !existsSync(HELP_FILE)) return null
  const stored = JSON.parse(readFileSync(HELP_FILE, 'utf8')) as Record<string, string>
  return stored[argv.length === 1 ? '' : first] ?? null
}

/** yargs found the words of the command line wrong. */
class UsageError extends Error {}

async function reportUsage(thrown: unknown, argv: readonly string[]): Promise<void> {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { ConfigError } = await import('./errors.js')
  const output = await openOutput({ json: argv.includes('--json'), debug: argv.includes('--debug') }, null)
  const isUsage = error instanceof UsageError || error.name === 'YError'
  const shown = isUsage ? new ConfigError(error.message, { hint: 'clusterp --help' }) : error
  output.failure(shown, isUsage ? 2 : 1)
  process.exitCode = isUsage ? 2 : 1
}

async function openOutput(flags: Flags, logPath: string | null) {
  const { createOutput } = await import('./output.js')
  const { stdout, stderr, stdin } = process
  const wantsColor = last(flags.color) !== false && !process.env.NO_COLOR
  return createOutput({
    stdout,
    stderr,
    stdin,
    isQuiet: isOn(flags, 'quiet'),
    isVerbose: isOn(flags, 'verbose'),
    isJson: isOn(flags, 'json'),
    hasColor: wantsColor && stderr.isTTY === true,
    isDebug: isOn(flags, 'debug'),
    logPath,
    now: () => new Date(),
  })
}

async function runCommand(command: CommandSpec, flags: Flags, version: string): Promise<void> {
  const directory = resolve(text(flags, 'directory') ?? '.')
  const output = await openOutput(flags, command.isLogged ? join(directory, 'clusterp.log') : null)
  const { randomBytes } = await import('node:crypto')
  const interruption = watchSignals()
  const context: CommandContext = {
    directory,
    configPath: text(flags, 'config') ?? defaultConfigPath(flags),
    env: process.env,
    flags: {
      hosts: text(flags, 'hosts'),
      interval: text(flags, 'interval'),
      duration: text(flags, 'duration'),
    },
    version,
    controllerHost: hostname(),
    zoneOffsetMinutes: (atMs) => -new Date(atMs).getTimezoneOffset(),
    now: Date.now,
    random: (bytes) => randomBytes(bytes),
    signal: interruption.signal,
    report: output.report,
    ask: output.ask,
    isTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
    asksPassword: isOn(flags, 'ask-password'),
  }
  try {
    const result = await command.run(context, flags)
    output.result(result)
    process.exitCode = result.exitCode
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    const code = interruption.code() ?? exitCodeOf(error)
    output.failure(error, code)
    process.exitCode = code
  } finally {
    interruption.stop()
    output.close()
  }
}

const CONFIG_NAME = 'config.yml'

/** config.yml where the user stands; with -C, and when there is none, the one of that folder. */
function defaultConfigPath(flags: Flags): string {
  const directory = text(flags, 'directory')
  return directory === undefined || existsSync(CONFIG_NAME) ? CONFIG_NAME : join(directory, CONFIG_NAME)
}

/** Errors of this project carry their exit code; anything else is a failure. */
function exitCodeOf(error: Error): number {
  return 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : 1
}

/** Exit codes of a command that a signal ended: 128 and its number, as in sh. */
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** The first signal lets the command undo or stop where it is safe; the second ends it at once. */
function watchSignals() {
  const controller = new AbortController()
  // One signal for all hosts: a listener each is no leak.
  setMaxListeners(0, controller.signal)
  let code: number | null = null
  const names = Object.keys(SIGNAL_CODES) as (keyof typeof SIGNAL_CODES)[]
  const handlers = names.map((name) => {
    const handler = (): void => {
      if (code !== null) process.exit(SIGNAL_CODES[name])
      code = SIGNAL_CODES[name]
      controller.abort()
    }
    process.on(name, handler)
    return { name, handler }
  })
  return {
    signal: controller.signal,
    code: () => code,
    stop: () => {
      for (const { name, handler } of handlers) process.off(name, handler)
    },
  }
}

function packageVersion(): string {
  const path = new URL('../package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  return version
}
