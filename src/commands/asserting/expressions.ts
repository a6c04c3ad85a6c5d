/** The expressions of a command line, or all that is wrong in them. */
import { type Assertion, type AssertionProblem, parseAssertion } from '../../analysis/assertion-text.js'
import { didYouMean, shown } from '../../config/show.js'
import { ConfigError } from '../../errors.js'

const EXAMPLE = "clusterp assert 'cpu.iowait_pct.p95 < 20'"

/** Reads every expression; a ConfigError lists all problems, each with its place and the near match. */
export function readExpressions(texts: readonly string[]): readonly Assertion[] {
  const assertions: Assertion[] = []
  const wrong: { readonly text: string; readonly found: AssertionProblem }[] = []
  for (const text of texts) {
    const parsed = parseAssertion(text)
    if ('problem' in parsed) wrong.push({ text, found: parsed })
    else assertions.push(parsed)
  }
  const [first] = wrong
  if (first === undefined) return assertions
  const problems = wrong.map(({ text, found }) => problemText(text, found))
  const { choices } = first.found
  const hint = choices.length > 0 ? `choose from: ${choices.join(' ')}` : EXAMPLE
  throw new ConfigError(`assert: ${problems.join('; ')}`, { problems, hint })
}

function problemText(text: string, { character, problem, word, choices }: AssertionProblem): string {
  const near = word === '' ? '' : didYouMean(word, choices)
  return `"${shown(text)}", character ${character}: ${shown(problem)}${near}`
}
