import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type CommandResult, line } from '../../src/commands/context.js'
import { createOutput } from '../../src/output.js'

const ESCAPE = '\u001b['

/** An output on one screen: what is written to stdout and stderr, in order. */
function screen(options: { readonly isTerminal: boolean; readonly isJson?: boolean }) {
  let text = ''
  const stream = () => {
    const pipe = Object.assign(new PassThrough(), { isTTY: options.isTerminal, columns: 80, rows: 24 })
    pipe.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    return pipe as unknown as NodeJS.WriteStream
  }
  const output = createOutput({
    stdout: stream(),
    stderr: stream(),
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    isQuiet: false,
    isVerbose: false,
    isJson: options.isJson === true,
    jsonPath: null,
    hasColor: false,
    isDebug: false,
    logPath: null,
    now: () => new Date(0),
  })
  return { output, text: () => text }
}

const round = (text: string): CommandResult => ({
  exitCode: 0,
  hosts: [],
  blocks: [line(text)],
  json: { round: text },
})

describe('a live result', () => {
  it('is drawn over the one before on a terminal, warnings above it and the end below', () => {
    const { output, text } = screen({ isTerminal: true })
    output.report({ kind: 'live', result: round('one') })
    output.report({ kind: 'warning', text: 'beware' })
    output.report({ kind: 'live', result: round('two') })
    output.result(round('over'))
    const up = `${ESCAPE}1A\r${ESCAPE}J`
    expect(text()).toBe(`one\n${up}warning: beware\none\n${up}two\nover\n`)
  })

  it('is printed below the one before where there is no terminal', () => {
    const { output, text } = screen({ isTerminal: false })
    output.report({ kind: 'live', result: round('one') })
    output.report({ kind: 'live', result: round('two') })
    output.result(round('over'))
    expect(text()).toBe('one\ntwo\nover\n')
  })

  it('is an object a line with --json', () => {
    const { output, text } = screen({ isTerminal: true, isJson: true })
    output.report({ kind: 'live', result: round('one') })
    output.result(round('over'))
    expect(text()).toBe(
      '{"ok":true,"exitCode":0,"hosts":[],"round":"one"}\n{"ok":true,"exitCode":0,"hosts":[],"round":"over"}\n',
    )
  })
})
