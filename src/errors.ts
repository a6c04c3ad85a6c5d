/**
 * The errors clusterp shows to people. A message says what was being done, where, and what happened; the hint is
 * something to type or to change. A new class exists only where a caller treats it differently.
 */

export interface ErrorDetails {
  /** What to type or change next; null when nothing sensible can be said. */
  readonly hint?: string | null
  readonly cause?: unknown
}

/** Any failure that is told to the user in one sentence; `exitCode` is what the process ends with. */
export class ClusterpError extends Error {
  readonly hint: string | null
  readonly exitCode: number

  constructor(message: string, details: ErrorDetails & { exitCode?: number } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.hint = details.hint ?? null
    this.exitCode = details.exitCode ?? 1
  }
}

/** Wrong usage or configuration (exit 2). `problems` lists every problem found, one sentence each. */
export class ConfigError extends ClusterpError {
  readonly problems: readonly string[]

  constructor(message: string, details: ErrorDetails & { problems?: readonly string[] } = {}) {
    super(message, { ...details, exitCode: 2 })
    this.problems = details.problems ?? []
  }
}

/** One node failed. `host` is the host as configured. */
export class HostError extends ClusterpError {
  readonly host: string

  constructor(host: string, message: string, details: ErrorDetails = {}) {
    super(message, details)
    this.host = host
  }
}

/** The session in the working directory does not allow what was asked (exit 1). */
export class SessionError extends ClusterpError {}

/** A raw or parsed file cannot be read at all; the message holds `file:line`. */
export class ParseError extends ClusterpError {}

/** Turns anything thrown into an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** Turns anything thrown while `doing` something on `host` into a HostError that keeps the cause. */
export function asHostError(host: string, doing: string, thrown: unknown): HostError {
  if (thrown instanceof HostError) return thrown
  const error = asError(thrown)
  const hint = error instanceof ClusterpError ? error.hint : null
  return new HostError(host, `${doing}: ${error.message}`, { hint, cause: thrown })
}

/** True for an errno-style error with the given code, as node:fs and node:child_process throw them. */
export function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && (thrown as NodeJS.ErrnoException).code === code
}
