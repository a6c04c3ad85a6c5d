/** One word of POSIX shell, safe whatever it holds: `it's` becomes `'it'\''s'`. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** Several words of POSIX shell, each quoted. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ')
}
