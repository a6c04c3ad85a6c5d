import { describe, expect, it } from 'vitest'
import { PasswordGate, type PasswordTurn } from '../../../src/remote/ssh/password-gate.js'

/** Lets everything that waits for nothing but promises go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function entering(gate: PasswordGate, hosts: readonly string[]): { turns: Map<string, PasswordTurn> } {
  const turns = new Map<string, PasswordTurn>()
  for (const host of hosts) void gate.enter(host).then((turn) => turns.set(host, turn))
  return { turns }
}

function send(
  turns: ReadonlyMap<string, PasswordTurn>,
  host: string,
): Extract<PasswordTurn, { kind: 'send' }> {
  const turn = turns.get(host)
  if (turn?.kind !== 'send') throw new Error(`${host} is not to send`)
  return turn
}

describe('the turn to send the password', () => {
  it('is that of the first host until it is known what came of it', async () => {
    const { turns } = entering(new PasswordGate(), ['a', 'b', 'c'])
    await settle()
    expect([...turns.keys()]).toEqual(['a'])
  })

  it('is everybody’s once it was accepted', async () => {
    const gate = new PasswordGate()
    const { turns } = entering(gate, ['a', 'b', 'c'])
    await settle()
    send(turns, 'a').settle('accepted')
    await settle()
    expect([...turns.values()].map(({ kind }) => kind)).toEqual(['send', 'send', 'send'])
    send(turns, 'b').settle('refused')
    expect((await gate.enter('d')).kind).toBe('send')
  })

  it('is nobody’s once it was refused', async () => {
    const gate = new PasswordGate()
    const { turns } = entering(gate, ['a', 'b'])
    await settle()
    send(turns, 'a').settle('refused')
    await settle()
    expect(turns.get('b')).toEqual({ kind: 'refused', by: 'a' })
    expect(await gate.enter('c')).toEqual({ kind: 'refused', by: 'a' })
  })

  it('goes to one other host when the first is lost', async () => {
    const { turns } = entering(new PasswordGate(), ['a', 'b', 'c'])
    await settle()
    send(turns, 'a').settle('lost')
    await settle()
    expect([...turns.keys()]).toEqual(['a', 'b'])
    // What the first says later no longer counts.
    send(turns, 'a').settle('accepted')
    await settle()
    expect([...turns.keys()]).toEqual(['a', 'b'])
    send(turns, 'b').settle('lost')
    await settle()
    expect([...turns.keys()]).toEqual(['a', 'b', 'c'])
  })
})
