import type { HostError } from '../../errors.js'

/** What a login came to. `isTooMany`: the server hung up before its version line, worth another try. */
export type LoginResult<T> =
  | { readonly value: T }
  | { readonly error: HostError; readonly isTooMany: boolean }

/** One login, which may be tried several times. */
export interface LoginAttempt<W, T> {
  /** Makes the way ready, before each try; holds no slot and costs no time of the login's own. */
  readonly prepare: () => Promise<W>
  readonly login: (way: W, timeoutMs: number) => Promise<LoginResult<T>>
}

/** Tries a login, again with back-off while there are too many; throws its HostError. */
export type AttemptLogin = <W, T>(attempt: LoginAttempt<W, T>) => Promise<T>
