/** Questions to the person at the terminal. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Question } from '../commands/context.js'
import { shown } from '../config/show.js'
import { ClusterpError, ConfigError } from '../errors.js'

interface Terminal {
  readonly stdin: NodeJS.ReadStream
  readonly stderr: NodeJS.WriteStream
}

/** As sh says it of a command that Ctrl-C ended; readline takes the key, so that no signal comes. */
const SIGINT_CODE = 130

/** Asks on the terminal; without one it is a ConfigError, as nobody can answer. */
export async function askOnTerminal(question: Question, streams: Terminal): Promise<string> {
  const { stdin, stderr } = streams
  if (stdin.isTTY !== true || stderr.isTTY !== true) {
    throw new ConfigError(`asking "${question.text}": there is no terminal to ask on`, {
      hint: question.otherwise,
    })
  }
  let isMuted = false
  const echo = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!isMuted) stderr.write(chunk)
      done()
    },
  })
  const terminal = createInterface({ input: stdin, output: echo, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.on('SIGINT', () =>
        reject(new ClusterpError('interrupted at the prompt', { exitCode: SIGINT_CODE })),
      )
      // Ctrl-D, or a terminal that went away; after an answer it changes nothing.
      terminal.on('close', () =>
        reject(
          new ConfigError(`asking "${question.text}": there was no answer`, { hint: question.otherwise }),
        ),
      )
      terminal.question(`${shown(question.text)} `, resolve)
      isMuted = question.isSecret
    })
  } finally {
    terminal.close()
    if (question.isSecret) stderr.write('\n')
  }
}
