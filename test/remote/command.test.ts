import { describe, expect, it } from 'vitest'
import { callNode, factOf } from '../../src/remote/call.js'
import { commandTransport } from '../../src/remote/command.js'
import { CALL } from './fake-transport.js'

const ask = (words: readonly string[], body: string) =>
  callNode(commandTransport('n1:22', words, 'n1'), { variables: {}, body }, { ...CALL, doing: 'probe' })

describe('commandTransport', () => {
  it('puts the host into every word, without a shell, and the script on standard input', async () => {
    const words = ['env', 'WHO={host}', 'BOTH={host}-{host}', 'COST=$HOME; echo *', 'sh']
    const answer = await ask(
      words,
      `printf 'who\\t%s\\nboth\\t%s\\ncost\\t%s\\n' "$WHO" "$BOTH" "$COST"; return 4`,
    )
    expect(factOf(answer, 'who')).toBe('n1')
    expect(factOf(answer, 'both')).toBe('n1-n1')
    expect(factOf(answer, 'cost')).toBe('$HOME; echo *')
    expect(answer.code).toBe(4)
  })

  it('starts the command anew for every script', async () => {
    const transport = commandTransport('n1', ['sh'], 'n1')
    const script = { variables: {}, body: `printf 'x\\t%s\\n' "$x"; x=1` }
    for (const _round of [1, 2]) {
      expect(factOf(await callNode(transport, script, { ...CALL, doing: 'probe' }), 'x')).toBe('')
    }
    await transport.close()
  })

  it.each([
    [
      ['sh', '-c', 'echo; echo "Error: No such container: {host}" >&2; exit 1'],
      'probe: sh ended with code 1: Error: No such container: n1',
    ],
    [['sh', '-c', 'exit 255'], 'probe: sh ended with code 255'],
    [['sh', '-c', 'kill -KILL $$'], 'probe: sh was ended by SIGKILL'],
    [['true'], 'probe: the script ended without an answer'],
    [
      ['./no-such-program', '{host}'],
      'probe: ./no-such-program cannot be started: spawn ./no-such-program ENOENT',
    ],
  ])('is lost when %j ends without an answer', async (words, message) => {
    await expect(ask(words, ':')).rejects.toMatchObject({ name: 'LostCallError', host: 'n1:22', message })
  })

  it('takes an answer that came whole, however the command ended', async () => {
    expect((await ask(['sh', '-c', 'sh; exit 9'], 'return 2')).code).toBe(2)
  })
})
