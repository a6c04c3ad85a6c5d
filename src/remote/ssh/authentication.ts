import type { AnyAuthMethod, AuthenticationType, NextAuthHandler, Prompt } from 'ssh2'
import { OneKeyAgent } from './agent.js'
import { byHand } from './by-hand.js'
import { ConnectError } from './failure.js'
import type { HostKeyCheck } from './host-key-check.js'
import type { Hold, Identity, IdentityList } from './identities.js'
import type { PasswordGate, PasswordOutcome } from './password-gate.js'
import { refusedLogin } from './refused-login.js'
import type { SshHop } from './types.js'

export interface AuthenticationInput {
  readonly hop: SshHop
  readonly hostKey: HostKeyCheck
  readonly identities: IdentityList
  readonly password: string | null
  /** There is a password, but it is not for this gateway; `password` is then null. */
  readonly isPasswordWithheld?: boolean
  readonly gate: PasswordGate
  readonly hold: Hold
}

/** A prompt that asks for the password and nothing else: `Password: `, `user@node1's password:`. */
const PASSWORD_PROMPT = /password:\s*$/i

/** Chooses what one login tries next: keys in order, then the password, once. */
export class Authentication {
  /** Ends the login when it cannot go on by itself; ssh2 has no way to be told in the middle of a prompt. */
  onStop: (error: ConnectError) => void = () => undefined
  readonly #input: AuthenticationInput
  readonly #tried: string[] = []
  /** What the server said it would take last; null before it said anything. */
  #offered: readonly string[] | null = null
  #next = 0
  #agent: OneKeyAgent | null = null
  #settlePassword: ((outcome: PasswordOutcome) => void) | null = null
  #hasTriedPassword = false
  #isPasswordSent = false
  #isOver = false
  #why: string | null = null

  constructor(input: AuthenticationInput) {
    this.#input = input
  }

  /** ssh2's authHandler. */
  readonly handler = (
    authsLeft: AuthenticationType[] | null,
    partialSuccess: boolean | null,
    next: NextAuthHandler,
  ): void => {
    if (authsLeft !== null) this.#offered = authsLeft
    if (this.#settlePassword !== null) this.#noteAnswer(partialSuccess === true)
    const method = this.#keyMethod()
    if (method !== null) next(method)
    else {
      void this.#passwordMethod()
        .then((password) => {
          if (!this.#isOver) next(password)
        })
        .catch((error: unknown) => this.#stop(error))
    }
  }

  /** The server let us in. */
  succeed(): void {
    this.#settlePassword?.('accepted')
  }

  /** The login is over without success, whatever the reason. */
  fail(): void {
    this.#isOver = true
    this.#settlePassword?.('lost')
  }

  /** The sentence for a login that was refused. */
  refusal(): ConnectError {
    const { hop, identities, password, isPasswordWithheld = false } = this.#input
    const offered = this.#offered ?? []
    const hasPassword = password !== null
    const said = { offered, tried: this.#tried, why: this.#why }
    return refusedLogin({ hop, identities, ...said, hasPassword, isPasswordWithheld })
  }

  /** The server ended the login because it had counted too many failures. */
  tooManyFailures(): ConnectError {
    // The failure that was one too many is the password's: sshd says so instead of refusing it.
    if (this.#isPasswordSent && this.#settlePassword !== null) {
      this.#noteAnswer(false)
      return this.refusal()
    }
    this.#why = 'it ended the login after that many keys'
    const { name } = this.#input.hop
    return new ConnectError(name, 'refused', this.refusal().message.replace(/^connect: /, ''), {
      hint: 'name the right key: ssh_identity_file in config.yml, or IdentityFile and IdentitiesOnly yes in ssh_config',
    })
  }

  /** The server went on from the password, or refused to ask for it. */
  #noteAnswer(isPartial: boolean): void {
    const refused = this.#isPasswordSent ? 'refused' : 'lost'
    this.#settlePassword?.(isPartial ? 'accepted' : refused)
    this.#settlePassword = null
    // After the password as first factor the keys come again.
    if (isPartial) this.#next = 0
    else
      this.#why = this.#isPasswordSent ? 'the password was refused' : 'the server did not ask for a password'
  }

  #keyMethod(): AnyAuthMethod | null {
    const username = this.#input.hop.settings.user
    const lastAgent = this.#agent
    this.#agent = null
    // ssh2 does not pass on what the server said after an agent's key was accepted as first factor: ask it again.
    if (lastAgent?.hasSigned === true) return { type: 'none', username }
    if (lastAgent?.failure) this.#why = lastAgent.failure.message
    if (this.#offered !== null && !this.#offered.includes('publickey')) return null
    const identity = this.#input.identities.identities[this.#next]
    if (identity === undefined) return this.#offered === null ? { type: 'none', username } : null
    this.#next++
    this.#tried.push(identity.label)
    return this.#methodOf(identity, username)
  }

  #methodOf(identity: Identity, username: string): AnyAuthMethod {
    if (identity.kind === 'key') return { type: 'publickey', username, key: identity.key }
    this.#agent = new OneKeyAgent(identity.key, identity.sign, () => this.#isOver)
    return { type: 'agent', username, agent: this.#agent }
  }

  /** The password by the way that the server offers; throws when it must not or cannot be sent. */
  async #passwordMethod(): Promise<AnyAuthMethod> {
    const { hop, hostKey, gate, hold, password } = this.#input
    const offered = this.#offered ?? []
    const type = (['password', 'keyboard-interactive'] as const).find((method) => offered.includes(method))
    if (type === undefined || password === null || this.#hasTriedPassword) throw this.refusal()
    if (!hostKey.isVerified) {
      this.#why = 'the password is not sent to a host whose key is not verified'
      throw this.refusal()
    }
    const turn = await hold(gate.enter(hop.name))
    if (turn.kind === 'refused') {
      this.#why = `the password was not sent, because ${turn.by} refused it`
      throw this.refusal()
    }
    if (this.#isOver) {
      // The connection went away in the queue: the turn goes to the next host.
      turn.settle('lost')
      throw this.refusal()
    }
    this.#settlePassword = turn.settle
    this.#hasTriedPassword = true
    const username = hop.settings.user
    if (type === 'keyboard-interactive') return { type, username, prompt: this.#prompt(password) }
    this.#sendPassword()
    return { type, username, password }
  }

  #sendPassword(): void {
    this.#isPasswordSent = true
    this.#tried.push('password')
  }

  #prompt(password: string) {
    return (
      _name: string,
      _instructions: string,
      _language: string,
      prompts: Prompt[],
      finish: (answers: string[]) => void,
    ): void => {
      const [prompt] = prompts
      const isPassword = prompts.length === 1 && prompt?.echo === false && PASSWORD_PROMPT.test(prompt.prompt)
      if (isPassword && !this.#isPasswordSent) {
        this.#sendPassword()
        finish([password])
        return
      }
      // More after the password: nobody else is to spend it on a login that cannot end well.
      if (this.#isPasswordSent) this.#settlePassword?.('refused')
      this.#stop(this.#otherPrompt(prompts))
    }
  }

  #otherPrompt(prompts: readonly Prompt[]): ConnectError {
    const { hop } = this.#input
    const asked = prompts.map(({ prompt }) => `"${prompt.trim()}"`).join(' and ')
    return new ConnectError(hop.name, 'refused', `the server asks for ${asked}, not just for a password`, {
      hint: `log in once by hand (${byHand(hop)}), or set up a key; with a ControlMaster in ssh_config also: connect: openssh`,
    })
  }

  #stop(error: unknown): void {
    this.onStop(error instanceof ConnectError ? error : this.refusal())
  }
}
