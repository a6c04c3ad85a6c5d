import { type ErrorDetails, HostError } from '../../errors.js'

/**
 * Where a login ended. `early`: the server closed or reset before its version line, the only failure that is tried
 * again. `refused`: the server answered no. `lost`: it was gone in mid-login. `aborted`: the user interrupted.
 */
export type FailureKind = 'early' | 'refused' | 'lost' | 'host-key' | 'timeout' | 'unreachable' | 'aborted'

/** A connection that did not come about. */
export class ConnectError extends HostError {
  readonly kind: FailureKind

  constructor(host: string, kind: FailureKind, what: string, details: ErrorDetails = {}) {
    super(host, `connect: ${what}`, details)
    this.kind = kind
  }
}

/** The same failure as seen by a node behind the gateway where it happened. */
export function behindGateway(host: string, gateway: string, error: ConnectError): ConnectError {
  const what = error.message.replace(/^connect: /, '')
  return new ConnectError(host, error.kind, `the gateway "${gateway}": ${what}`, {
    hint: error.hint,
    cause: error,
  })
}

/** `connect: openssh` uses the ssh program, which can do what the built-in client cannot. */
export const OPENSSH_HINT = 'in config.yml: connect: openssh'
