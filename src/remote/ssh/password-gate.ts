/** What a login that reaches the password is to do with it. `refused` names the host that did not take it. */
export type PasswordTurn =
  | { readonly kind: 'send'; readonly settle: (outcome: PasswordOutcome) => void }
  | { readonly kind: 'refused'; readonly by: string }

/** `lost`: the server was gone, or asked for something else, before it said whether the password is right. */
export type PasswordOutcome = 'accepted' | 'refused' | 'lost'

/**
 * Lets the first login that reaches the password send it alone, so that a wrong one is counted against one account
 * once and not by every node of the cluster at the same time.
 */
export class PasswordGate {
  #state: { kind: 'untried' } | { kind: 'accepted' } | { kind: 'refused'; by: string } = { kind: 'untried' }
  #isTrying = false
  #waiting: (() => void)[] = []

  /** Waits for this host's turn. Who is told to send must settle, whatever happens. */
  async enter(host: string): Promise<PasswordTurn> {
    while (this.#state.kind === 'untried' && this.#isTrying) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    if (this.#state.kind === 'refused') return { kind: 'refused', by: this.#state.by }
    if (this.#state.kind === 'accepted') return { kind: 'send', settle: () => undefined }
    this.#isTrying = true
    return { kind: 'send', settle: this.#settleOnce(host) }
  }

  #settleOnce(host: string): (outcome: PasswordOutcome) => void {
    let isSettled = false
    return (outcome) => {
      if (isSettled) return
      isSettled = true
      this.#isTrying = false
      if (outcome === 'accepted') this.#state = { kind: 'accepted' }
      if (outcome === 'refused') this.#state = { kind: 'refused', by: host }
      const waiting = this.#waiting
      this.#waiting = []
      for (const wake of waiting) wake()
    }
  }
}
