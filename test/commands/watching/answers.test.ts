import { describe, expect, it } from 'vitest'
import { rememberAnswers } from '../../../src/commands/watching/answers.js'

const question = (text: string) => ({ text, isSecret: true, otherwise: 'ssh-add' })

describe('remembered answers', () => {
  it('are asked for each time until they are sealed, then the last one is given without asking', async () => {
    const given = ['wrong', 'right']
    const asked: string[] = []
    const answers = rememberAnswers(async ({ text }) => {
      asked.push(text)
      return given.shift() ?? 'none left'
    })
    expect(await answers.ask(question('passphrase'))).toBe('wrong')
    expect(await answers.ask(question('passphrase'))).toBe('right')
    answers.seal()
    expect(await answers.ask(question('passphrase'))).toBe('right')
    expect(asked).toHaveLength(2)
  })

  it('are an error for a question that was never asked', async () => {
    const answers = rememberAnswers(async () => 'x')
    answers.seal()
    await expect(answers.ask(question('Password:'))).rejects.toThrow(
      '"Password:" is not asked during a watch',
    )
  })
})
