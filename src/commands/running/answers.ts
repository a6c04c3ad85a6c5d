import { ConfigError } from '../../errors.js'
import type { CommandContext, Question } from '../context.js'

/** Passwords are asked for while the nodes are started, and then never while the job has the terminal. */
export interface Answers {
  readonly ask: CommandContext['ask']
  /** From now on the answers that were given hold, and nothing else can be asked. */
  readonly jobBegins: () => void
  /** What was never asked can be asked again. */
  readonly jobEnds: () => void
}

export function rememberAnswers(ask: CommandContext['ask']): Answers {
  const given = new Map<string, string>()
  let time: 'before' | 'during' | 'after' = 'before'
  return {
    ask: async (question: Question) => {
      const known = given.get(question.text)
      if (known !== undefined && time !== 'before') return known
      if (time === 'during') {
        throw new ConfigError(`asking "${question.text}": the job has the terminal`, {
          hint: question.otherwise,
        })
      }
      const answer = await ask(question)
      if (question.isSecret) given.set(question.text, answer)
      return answer
    },
    jobBegins: () => {
      time = 'during'
    },
    jobEnds: () => {
      time = 'after'
    },
  }
}
