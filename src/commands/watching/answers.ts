import { ClusterpError } from '../../errors.js'
import type { CommandContext } from '../context.js'

/** Answers of the user, for logins that come again while nobody is to be asked. */
export interface Answers {
  readonly ask: CommandContext['ask']
  /** From now on questions are answered as the user answered them before; one that is new is an error. */
  readonly seal: () => void
}

/** Asks by `ask` until it is sealed. */
export function rememberAnswers(ask: CommandContext['ask']): Answers {
  const answers = new Map<string, string>()
  let isSealed = false
  return {
    ask: async (question) => {
      const known = answers.get(question.text)
      if (isSealed && known !== undefined) return known
      if (isSealed) {
        throw new ClusterpError(`"${question.text.trim()}" is not asked during a watch`, {
          hint: question.otherwise,
        })
      }
      const answer = await ask(question)
      answers.set(question.text, answer)
      return answer
    },
    seal: () => {
      isSealed = true
    },
  }
}
