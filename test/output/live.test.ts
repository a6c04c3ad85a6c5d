import { describe, expect, it } from 'vitest'
import { type Block, line } from '../../src/commands/context.js'
import { createLive, frameLines } from '../../src/output/live.js'

const ESCAPE = '\u001b['

const table = (count: number, severity: readonly number[] = []): Block => ({
  kind: 'table',
  head: ['host', 'state'],
  rows: Array.from({ length: count }, (_, at) => [`n${at + 1}`, 'running']),
  severity,
})

describe('a frame', () => {
  it('of what fits is the result as it is printed', () => {
    expect(frameLines([line('Session x'), table(2), line('end')], { rows: 24, columns: 80 })).toEqual([
      'Session x',
      'host  state',
      'n1    running',
      'n2    running',
      'end',
    ])
  })

  it('fills the terminal but for the line of the cursor before it leaves a row out', () => {
    const blocks = [line('Session x'), table(4)]
    expect(frameLines(blocks, { rows: 7, columns: 80 })).toHaveLength(6)
    expect(frameLines(blocks, { rows: 7, columns: 80 }).at(-1)).toBe('n4    running')
    const cut = frameLines(blocks, { rows: 6, columns: 80 })
    expect(cut).toHaveLength(5)
    expect(cut.at(-1)).toBe('… and 2 more hosts, worst first')
  })

  it('keeps the worst rows, of equal ones the first', () => {
    const cut = frameLines([table(5, [0, 4, 0, 3, 0])], { rows: 6, columns: 80 })
    expect(cut).toEqual([
      'host  state',
      'n2    running',
      'n4    running',
      'n1    running',
      '… and 2 more hosts, worst first',
    ])
  })

  it('shows a row on the lowest terminal', () => {
    expect(frameLines([line('a'), table(9, [0, 0, 1])], { rows: 2, columns: 80 })).toEqual([
      'a',
      'host  state',
      'n3    running',
      '… and 8 more hosts, worst first',
    ])
  })

  it('has no line that wraps, wide characters counted', () => {
    expect(frameLines([line('abcdefgh'), line('節点節点節点')], { rows: 9, columns: 7 })).toEqual([
      'abcdef…',
      '節点節…',
    ])
    expect(frameLines([line('abcdefg')], { rows: 9, columns: 7 })).toEqual(['abcdefg'])
  })
})

/** A terminal in memory. */
function terminal(rows = 24, columns = 80) {
  const written: string[] = []
  const stream = { rows, columns, write: (text: string) => written.push(text) > 0 }
  return { stream, written, live: createLive(stream as unknown as NodeJS.WriteStream) }
}

describe('a live result', () => {
  it('is drawn over the one before', () => {
    const { live, written } = terminal()
    live.draw([line('one'), line('two')])
    live.draw([line('three')])
    expect(written).toEqual(['one\ntwo\n', `${ESCAPE}2A\r${ESCAPE}Jthree\n`])
  })

  it('makes room for something else and comes back below it', () => {
    const { live, written } = terminal()
    live.clear()
    live.redraw()
    expect(written).toEqual([])
    live.draw([line('one')])
    live.clear()
    live.clear()
    live.redraw()
    expect(written).toEqual(['one\n', `${ESCAPE}1A\r${ESCAPE}J`, 'one\n'])
  })

  it('takes away all rows of lines that a narrower terminal has folded', () => {
    const { live, written, stream } = terminal()
    live.draw([line('x'.repeat(30))])
    stream.columns = 10
    live.draw([line('y')])
    expect(written.at(-1)).toBe(`${ESCAPE}3A\r${ESCAPE}Jy\n`)
  })

  it('stays when it has ended', () => {
    const { live, written } = terminal()
    live.draw([line('one')])
    live.end()
    live.redraw()
    live.draw([line('two')])
    expect(written).toEqual(['one\n', 'two\n'])
  })
})
