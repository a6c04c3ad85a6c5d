/** What commands are given, and what they give back. They never print, never exit, and read no clock of their own. */
import type { ConfigFlags, Environment } from '../config/config.js'
import type { HostConfig, Outcome } from '../model.js'

/** Something worth telling while a command runs; the printer decides how, and logs it with a time. */
export type ReportEvent =
  | { readonly kind: 'info' | 'warning'; readonly text: string; readonly hint?: string | null }
  /** Told with --verbose only, always logged. */
  | { readonly kind: 'detail'; readonly text: string }
  | {
      readonly kind: 'host'
      readonly host: string
      readonly text: string
      readonly isFailure?: boolean
      readonly hint?: string | null
    }
  /** A step over many hosts begins (`total`), or one of them is through. */
  | { readonly kind: 'progress'; readonly step: string; readonly total: number }
  | { readonly kind: 'progress-one'; readonly step: string; readonly isFailure: boolean }
  /** What a command that goes on shows by now: drawn over the one before on a terminal, else printed below it. */
  | { readonly kind: 'live'; readonly result: CommandResult }
  /** `hold`: what is logged is kept back until `release`, because clusterp.log may still be archived. */
  | { readonly kind: 'log'; readonly action: 'hold' | 'release' }

export interface Question {
  readonly text: string
  /** The answer is not echoed. */
  readonly isSecret: boolean
  /** What to type where there is no terminal to ask on. */
  readonly otherwise: string
}

/** Signals that a command can take over. */
export type TakenSignal = 'SIGINT' | 'SIGQUIT' | 'SIGTERM' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'

export interface CommandContext {
  /** The working directory of the session, absolute. */
  readonly directory: string
  /** config.yml as typed: relative to where the user stands. */
  readonly configPath: string
  readonly env: Environment
  readonly flags: ConfigFlags
  readonly version: string
  /** Host name of this machine, for owners and locks. */
  readonly controllerHost: string
  /** Minutes east of UTC of this machine's zone at a moment, epoch milliseconds. */
  readonly zoneOffsetMinutes: (atMs: number) => number
  readonly now: () => number
  readonly random: (bytes: number) => Uint8Array
  /** Aborted by Ctrl-C and by TERM. */
  readonly signal: AbortSignal
  /** From now on signals go to `handler` and abort nothing, until the function that it returns is called. */
  readonly takeSignals?: (handler: (signal: TakenSignal) => void) => () => void
  readonly report: (event: ReportEvent) => void
  readonly ask: (question: Question) => Promise<string>
  /** There is a terminal to ask on. */
  readonly isTerminal: boolean
  /** --ask-password. */
  readonly asksPassword: boolean
}

/** 0 good; 1 failed; 2 wrong usage or config; 3 done but degraded. */
export type ExitCode = 0 | 1 | 2 | 3

export interface HostResult {
  readonly host: string
  readonly alias: string | null
  readonly ok: boolean
  readonly error: { readonly message: string; readonly hint: string | null } | null
}

/** A piece of the result as people read it. */
export type Block =
  | { readonly kind: 'line'; readonly text: string }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
      /** How bad each row is: where not all have room, those of higher numbers stay. */
      readonly severity?: readonly number[]
    }

export interface CommandResult {
  readonly exitCode: ExitCode
  /** What clusterp ends with in its place: the exit code of the job that it ran. */
  readonly processExit?: number
  readonly hosts: readonly HostResult[]
  readonly blocks: readonly Block[]
  /** Why the command failed, where that is a result and not an exception; printed like one. */
  readonly error?: { readonly message: string; readonly hint: string | null; readonly host: string | null }
  /** What the command adds to the --json object. */
  readonly json: Readonly<Record<string, unknown>>
}

/** A line of a result. */
export function line(text: string): Block {
  return { kind: 'line', text }
}

/** What the --json object says of each host. */
export function hostResults(
  outcomes: readonly Outcome<unknown>[],
  hosts: readonly Pick<HostConfig, 'name' | 'alias'>[],
): HostResult[] {
  const aliasOf = new Map(hosts.map((host) => [host.name, host.alias]))
  return outcomes.map((outcome) => ({
    host: outcome.host,
    alias: aliasOf.get(outcome.host) ?? null,
    ok: outcome.ok,
    error: outcome.ok ? null : errorResult(outcome.error),
  }))
}

/** Message and hint of an error, as session.json and --json hold them. */
export function errorResult(error: Error): { readonly message: string; readonly hint: string | null } {
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : null
  return { message: error.message, hint }
}
