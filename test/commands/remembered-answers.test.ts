import { describe, expect, it } from 'vitest'
import type { Question } from '../../src/commands/context.js'
import { rememberAnswers } from '../../src/commands/remembered-answers.js'

const password: Question = { text: 'Password:', isSecret: true, otherwise: 'use an agent' }
const other: Question = { ...password, text: 'Passphrase:' }

/** Answers `1`, `2`, … in the order of the questions. */
function counted() {
  let count = 0
  return rememberAnswers(async () => String(++count))
}

describe('rememberAnswers', () => {
  it('asks again before it is sealed, as after a wrong answer, and then goes by the last', async () => {
    const answers = counted()
    expect(await answers.ask(password)).toBe('1')
    expect(await answers.ask(password)).toBe('2')
    answers.seal('the job has the terminal')
    expect(await answers.ask(password)).toBe('2')
    answers.unseal()
    expect(await answers.ask(password)).toBe('2')
  })

  it('asks nothing while it is sealed, and says why', async () => {
    const answers = counted()
    answers.seal('the job has the terminal')
    await expect(answers.ask(other)).rejects.toThrow('asking "Passphrase:": the job has the terminal')
    answers.unseal()
    expect(await answers.ask(other)).toBe('1')
  })

  it('remembers no consent', async () => {
    const answers = counted()
    const consent = { ...password, isSecret: false }
    await answers.ask(consent)
    answers.seal('the job has the terminal')
    await expect(answers.ask(consent)).rejects.toThrow('the job has the terminal')
    answers.unseal()
    expect(await answers.ask(consent)).toBe('2')
  })
})
