import { ConfigError } from '../errors.js'
import type { CommandContext } from './context.js'

/** Asks by itself or not at all: for logins that come again while nobody is to be asked. */
export interface Answers {
  readonly ask: CommandContext['ask']
  /** From now on the passwords that were given hold, and whatever else is asked is an error that says `why`. */
  readonly seal: (why: string) => void
  /** What was never asked can be asked again. */
  readonly unseal: () => void
}

/** Passes questions on to `ask`, and remembers the last answer to each that is secret; consent is never remembered. */
export function rememberAnswers(ask: CommandContext['ask']): Answers {
  const given = new Map<string, string>()
  let reason: string | null = null
  let hasBeenSealed = false
  return {
    ask: async (question) => {
      const known = given.get(question.text)
      // Until then the same question comes again because the answer was wrong.
      if (known !== undefined && hasBeenSealed) return known
      if (reason !== null) {
        throw new ConfigError(`asking "${question.text.trim()}": ${reason}`, { hint: question.otherwise })
      }
      const answer = await ask(question)
      if (question.isSecret) given.set(question.text, answer)
      return answer
    },
    seal: (why) => {
      reason = why
      hasBeenSealed = true
    },
    unseal: () => {
      reason = null
    },
  }
}
