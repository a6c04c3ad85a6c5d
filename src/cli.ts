/** Flags, wiring and exit codes. Each command's module is loaded only when it runs: `--help` needs none of them. */

import { setMaxListeners } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { Argv } from 'yargs'
import { type CommandSpec, type Flags, GLOBAL_OPTIONS, isOn, last, text } from './cli/spec.js'
import type { CommandContext } from './commands/context.js'

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
  const { COMMANDS } = await import('./cli/commands.js')
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
