/** Flags, wiring and exit codes. Each command's module is loaded only when it runs: `--help` needs none of them. */

import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { Argv } from 'yargs'
import { watchSignals } from './cli/signals.js'
import { type CommandSpec, type Flags, GLOBAL_OPTIONS, isOn, last, text } from './cli/spec.js'
import { warnOfMistypedVariables } from './cli/variables.js'
import type { CommandContext } from './commands/context.js'

/** Runs the command line; the exit code goes to process.exitCode. */
export async function main(words: readonly string[]): Promise<void> {
  const argv = helpAsked(words)
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners('error').includes(onLostOutput)) stream.on('error', onLostOutput)
  }
  if (argv[0] === COMPLETE_WORD) return answerShell(argv.slice(1))
  const help = storedHelp(argv)
  if (help !== null) {
    process.stdout.write(`${help}\n`)
    return
  }
  try {
    if (words[0] === 'help') await refuseUnknownCommand(argv)
    const { own, rest } = splitRest(argv)
    const parser = await createParser(own, rest)
    await parser.parseAsync()
  } catch (thrown) {
    await reportUsage(thrown, argv)
  }
}

/** Commands whose words after `--` yargs must not see: it makes a number of `1e3` and a flag of `-l`. */
const WITH_REST = ['run', 'mark']

function splitRest(argv: readonly string[]): { own: readonly string[]; rest: readonly string[] } {
  const at = argv.indexOf('--')
  const own = at === -1 ? argv : argv.slice(0, at)
  if (at === -1 || !WITH_REST.some((name) => own.includes(name))) return { own: argv, rest: [] }
  return { own, rest: argv.slice(at + 1) }
}

/** A reader that went away (`| head`, a closed terminal) must not end a stop half-way; a full disk is a failure. */
function onLostOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') process.exitCode = 1
}

/** `help start` is `start --help`. */
function helpAsked(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words
  return first === 'help' ? [...rest.slice(0, 1), '--help'] : words
}

/** yargs shows the help of all commands for one that it does not know. */
async function refuseUnknownCommand([name = '']: readonly string[]): Promise<void> {
  const { COMMAND_NAMES } = await import('./cli/commands.js')
  if (!name.startsWith('-') && !COMMAND_NAMES.includes(name))
    throw new UsageError(`Unknown argument: ${name}`)
}

/** First word of what the scripts of `clusterp completion` ask; it stands in no help. */
const COMPLETE_WORD = '__complete'

async function answerShell(request: readonly string[]): Promise<void> {
  const { COMMANDS } = await import('./cli/commands.js')
  const { answerCompletion } = await import('./commands/completing/answer.js')
  const line = { commands: COMMANDS, globals: GLOBAL_OPTIONS }
  process.stdout.write(await answerCompletion(request, line, process.env))
}

const HELP_WIDTH = 80

async function createParser(argv: readonly string[], rest: readonly string[] = []): Promise<Argv> {
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
    .locale('en')
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
      (flags) => runCommand({ command, flags: flags as Flags, rest, version }),
    )
  }
  return parser.demandCommand(1, 'name a command, such as: clusterp start')
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
  const { own } = splitRest(argv)
  const output = await openOutput({ json: own.includes('--json'), debug: own.includes('--debug') }, null)
  const isUsage = error instanceof UsageError || error.name === 'YError'
  const { explainMistake } = await import('./cli/mistyped.js')
  const mistake = isUsage ? await explainMistake(error.message, own) : null
  const shown = mistake === null ? error : new ConfigError(mistake.message, { hint: mistake.hint })
  output.failure(shown, isUsage ? 2 : 1)
  process.exitCode = isUsage ? 2 : 1
}

async function openOutput(flags: Flags, logPath: string | null, jsonPath: string | null = null) {
  const { createOutput } = await import('./output.js')
  const { stdout, stderr, stdin } = process
  const wantsColor = last(flags.color) !== false && !process.env.NO_COLOR
  return createOutput({
    // With a file for its object a command leaves stdout to the program that it runs.
    stdout: jsonPath === null ? stdout : stderr,
    stderr,
    stdin,
    jsonPath,
    isQuiet: isOn(flags, 'quiet'),
    isVerbose: isOn(flags, 'verbose'),
    isJson: isOn(flags, 'json'),
    hasColor: wantsColor && stderr.isTTY === true,
    isDebug: isOn(flags, 'debug'),
    logPath,
    now: () => new Date(),
  })
}

interface CommandLine {
  readonly command: CommandSpec
  readonly flags: Flags
  /** The words after `--`. */
  readonly rest: readonly string[]
  readonly version: string
}

async function runCommand({ command, flags, rest, version }: CommandLine): Promise<void> {
  if (rest.length > 0 && command.takesRest !== true) throw new UsageError(`Unknown argument: ${rest[0]}`)
  const directory = resolve(sessionDirectory(flags) ?? '.')
  const inDirectory = (name: string, isWanted = false): string | null =>
    isWanted ? join(directory, name) : null
  const output = await openOutput(
    flags,
    inDirectory('clusterp.log', command.isLogged),
    inDirectory('run.json', command.leavesStdout),
  )
  const { randomBytes } = await import('node:crypto')
  const interruption = watchSignals((code) => process.exit(code))
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
    takeSignals: interruption.take,
    report: output.report,
    ask: output.ask,
    isTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true,
    asksPassword: isOn(flags, 'ask-password'),
  }
  try {
    await warnOfMistypedVariables(context)
    const result = await command.run(context, flags, rest)
    output.result(result)
    process.exitCode = result.processExit ?? result.exitCode
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

/** As typed with -C; else CLUSTERP_SESSION, which a job finds set by `run`; undefined: where the user stands. */
function sessionDirectory(flags: Flags): string | undefined {
  return text(flags, 'directory') ?? (process.env.CLUSTERP_SESSION || undefined)
}

const CONFIG_NAME = 'config.yml'

/** config.yml where the user stands; with -C, and when there is none, the one of that folder. */
function defaultConfigPath(flags: Flags): string {
  const directory = sessionDirectory(flags)
  return directory === undefined || existsSync(CONFIG_NAME) ? CONFIG_NAME : join(directory, CONFIG_NAME)
}

/** Errors of this project carry their exit code; anything else is a failure. */
function exitCodeOf(error: Error): number {
  return 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : 1
}

function packageVersion(): string {
  const path = new URL('../package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  return version
}
