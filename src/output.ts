/** The only printer and asker. Results go to stdout, everything else to stderr; what is told is logged with a time. */
import { writeFileSync } from 'node:fs'
import type { CommandResult, Question, ReportEvent } from './commands/context.js'
import { shown } from './config/show.js'
import { asError, ClusterpError, ConfigError, HostError } from './errors.js'
import { askOnTerminal } from './output/asking.js'
import { blockText } from './output/blocks.js'
import { createLive, type Live } from './output/live.js'
import { createLog, type Log } from './output/log.js'
import { createProgress } from './output/progress.js'
import { ESCAPE } from './output/terminal.js'

export interface OutputOptions {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly stdin: NodeJS.ReadStream
  readonly isQuiet: boolean
  readonly isVerbose: boolean
  readonly isJson: boolean
  /** File that the object of --json goes to, because stdout is another program's; null: stdout. */
  readonly jsonPath?: string | null
  readonly hasColor: boolean
  /** Stack traces of errors. */
  readonly isDebug: boolean
  /** clusterp.log; null: this command logs nothing. */
  readonly logPath: string | null
  readonly now: () => Date
}

export interface Output {
  readonly report: (event: ReportEvent) => void
  readonly ask: (question: Question) => Promise<string>
  readonly result: (result: CommandResult) => void
  /** Tells why a command failed; `exitCode` is for --json. */
  readonly failure: (error: Error, exitCode: number) => void
  /** Writes what was logged but held back. */
  readonly close: () => void
}

const STYLES = { red: '31', yellow: '33', dim: '2', bold: '1' } as const

/** Makes the printer of one command. */
export function createOutput(options: OutputOptions): Output {
  const log = createLog(options)
  const progress = createProgress(options)
  const live = createLive(options.stdout)
  const paint = (style: keyof typeof STYLES, text: string): string =>
    options.hasColor ? `${ESCAPE}${STYLES[style]}m${text}${ESCAPE}0m` : text
  const tell = (text: string, plain: string): void => {
    log.write(plain)
    progress.clear()
    live.clear()
    options.stderr.write(`${text}\n`)
    live.redraw()
    progress.draw()
  }
  const tellError = (message: string, hint: string | null): void => {
    tell(`${paint('red', 'error:')} ${message}`, `error: ${message}`)
    if (hint !== null) tell(`  ${paint('dim', 'try:')} ${shown(hint)}`, `  try: ${shown(hint)}`)
  }
  return {
    report: (event) => {
      if (event.kind === 'progress') progress.begin(event.step, event.total)
      else if (event.kind === 'progress-one') progress.advance(event.isFailure)
      else if (event.kind === 'live') showLive(event.result, live, options)
      else if (event.kind === 'log') log.hold(event.action === 'hold')
      else tellEvent(event, { tell, paint, log, options })
    },
    ask: (question) => {
      progress.clear()
      return askOnTerminal(question, options)
    },
    result: (result) => {
      progress.end()
      live.end()
      if (result.error !== undefined) tellError(shown(result.error.message), result.error.hint)
      for (const block of result.blocks) log.write(blockText(block).trimEnd())
      if (options.isJson) writeJson(options, resultJson(result))
      if (!options.isJson || options.jsonPath)
        for (const block of result.blocks) options.stdout.write(blockText(block))
    },
    failure: (error, exitCode) => {
      progress.end()
      live.end()
      tellFailure(error, options, tellError, tell)
      if (options.isJson) writeJson(options, failureJson(error, exitCode))
    },
    close: () => {
      progress.end()
      log.hold(false)
    },
  }
}

/** On a terminal in place of the one before; elsewhere below it; with --json one object a line. */
function showLive(result: CommandResult, live: Live, options: OutputOptions): void {
  if (options.isJson) writeJson(options, resultJson(result))
  else if (options.stdout.isTTY === true) live.draw(result.blocks)
  else options.stdout.write(result.blocks.map(blockText).join(''))
}

interface Telling {
  readonly tell: (text: string, plain: string) => void
  readonly paint: (style: keyof typeof STYLES, text: string) => string
  readonly log: Log
  readonly options: OutputOptions
}

type ToldEvent = Extract<ReportEvent, { kind: 'info' | 'warning' | 'detail' | 'host' }>

function tellEvent(event: ToldEvent, { tell, paint, log, options }: Telling): void {
  const text = shown(event.text)
  if (event.kind === 'host') {
    const host = `[${shown(event.host)}]`
    const isFailure = event.isFailure === true
    if (options.isQuiet && !isFailure) log.write(`${host} ${text}`)
    else tell(`${host} ${isFailure ? paint('red', text) : text}`, `${host} ${text}`)
    if (event.hint) tell(`  ${paint('dim', 'try:')} ${shown(event.hint)}`, `  try: ${shown(event.hint)}`)
    return
  }
  if (event.kind === 'info' || event.kind === 'detail') {
    const isSilent = event.kind === 'detail' ? !options.isVerbose : options.isQuiet
    if (isSilent) log.write(text)
    else tell(paint('dim', text), text)
    return
  }
  tell(`${paint('yellow', 'warning:')} ${text}`, `warning: ${text}`)
  if (event.hint) tell(`  ${paint('dim', 'try:')} ${shown(event.hint)}`, `  try: ${shown(event.hint)}`)
}

function tellFailure(
  error: Error,
  options: OutputOptions,
  tellError: (message: string, hint: string | null) => void,
  tell: (text: string, plain: string) => void,
): void {
  const hint = error instanceof ClusterpError ? error.hint : null
  if (error instanceof ConfigError && error.problems.length > 1) {
    tellError(`${error.problems.length} problems`, null)
    for (const problem of error.problems) tell(`  ${shown(problem)}`, `  ${shown(problem)}`)
    if (hint !== null) tell(`  try: ${shown(hint)}`, `  try: ${shown(hint)}`)
  } else {
    tellError(shown(error.message), hint)
  }
  if (options.isDebug && error.stack !== undefined) options.stderr.write(`${error.stack}\n`)
  else if (!(error instanceof ClusterpError))
    options.stderr.write('  try: the same with --debug, for where it happened\n')
}

function resultJson(result: CommandResult): Record<string, unknown> {
  const error = result.error === undefined ? {} : { error: result.error }
  const { processExit: exitCode = result.exitCode } = result
  return {
    ok: exitCode === 0,
    exitCode,
    hosts: result.hosts,
    ...error,
    ...result.json,
  }
}

function failureJson(error: Error, exitCode: number): Record<string, unknown> {
  const hint = error instanceof ClusterpError ? error.hint : null
  const host = error instanceof HostError ? error.host : null
  const problems = error instanceof ConfigError ? { problems: error.problems } : {}
  return { ok: false, exitCode, hosts: [], error: { message: error.message, hint, host, ...problems } }
}

function writeJson(options: OutputOptions, value: Record<string, unknown>): void {
  const { jsonPath = null, stdout, stderr } = options
  const text = `${JSON.stringify(value)}\n`
  if (jsonPath === null) {
    stdout.write(text)
    return
  }
  try {
    writeFileSync(jsonPath, text)
  } catch (error) {
    stderr.write(`warning: run.json cannot be written: ${shown(asError(error).message)}\n`)
  }
}
