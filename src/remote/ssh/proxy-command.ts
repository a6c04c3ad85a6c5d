import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Duplex, type Readable, type Writable } from 'node:stream'
import { asError } from '../../errors.js'
import { hasPipes, killGroup, startHint } from '../child.js'
import { ConnectError } from './failure.js'
import type { SshHop } from './types.js'

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** What sh would not take literally; ssh(1) refuses such names too, because they end up in the command's line. */
const UNSAFE_NAME = /^-|[\s'"`$\\;&<>|(){}]/

const STDERR_CAP = 300
const LAST_WORDS_MS = 200

/** Starts a ProxyCommand, whose tokens `ssh-config-text` has filled in; what it prints is the server. */
export async function openProxyCommand(hop: SshHop, line: string): Promise<Duplex> {
  const { hostName, user } = hop.settings
  const unsafe = [hostName, user, hop.name].find((name) => UNSAFE_NAME.test(name))
  if (unsafe !== undefined) {
    throw new ConnectError(hop.name, 'unreachable', `"${unsafe}" cannot stand in a ProxyCommand's line`)
  }
  // Its own process group: a Ctrl-C does not cut it, and its children end with it.
  const child = spawn('/bin/sh', ['-c', `exec ${line}`], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  if (hasPipes(child)) return new CommandSocket(child)
  const [thrown] = await once(child, 'error')
  const error = asError(thrown)
  throw new ConnectError(hop.name, 'unreachable', `its ProxyCommand cannot be started: ${error.message}`, {
    hint: startHint(error),
    cause: error,
  })
}

/** Standard input and output of a child as the socket that ssh2 wants. */
export class CommandSocket extends Duplex {
  /** First words that the command printed on stderr, for messages. */
  said = ''
  /** Exit code of the command; null while it runs, or after a signal. */
  exitCode: number | null = null
  readonly #child: Child
  #isFinished = false

  constructor(child: Child) {
    super()
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause()
    })
    // What it says on stderr about its end may come after the end of its output.
    child.stdout.on('end', () => setTimeout(() => this.#finish(), LAST_WORDS_MS))
    child.on('close', (code) => {
      this.exitCode = code
      this.#finish()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (this.said.length < STDERR_CAP) this.said += chunk.toString('utf8')
    })
    // One that ends does not read what is still sent; how it ended is told by `close`.
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => this.destroy(error))
  }

  #finish(): void {
    if (!this.#isFinished) this.push(null)
    this.#isFinished = true
  }

  override _read(): void {
    this.#child.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => done())
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    killGroup(this.#child)
    done(error)
  }
}
