/** More would not fit beside a rule on a plot. */
const LONGEST_MARK = 300

/** The text of a mark as it is kept: control characters and runs of blanks as one blank, cut at 300 characters. */
export function markText(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return [...plain].slice(0, LONGEST_MARK).join('').trimEnd()
}
