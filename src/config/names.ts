/** File names may hold 255 bytes; what follows a host or alias (`_utilization.svg`, `.sa.gz`) needs the rest. */
export const MAX_NAME_BYTES = 230

/** The file name that a text becomes: `/`, blanks and control characters turn into `_`. */
export function fileNameOf(text: string): string {
  const name = text.replace(/[/\s\p{Cc}]/gu, '_')
  return name === '' || name === '.' || name === '..' ? `_${name.slice(1)}` : name
}

/** Equal for two names that would be one file on some file system: macOS folds case and composes accents. */
export function fileNameKey(name: string): string {
  return fileNameOf(name).normalize('NFC').toLowerCase()
}

/** What forbids a text as host name, device name or alias, as the rest of a sentence; null when nothing does. */
export function nameProblem(text: string): string | null {
  if (text.trim() === '') return 'is empty'
  if (/\p{Cc}/u.test(text)) return 'holds a control character'
  if (text.includes('..')) return 'holds ".."'
  if (Buffer.byteLength(text) > MAX_NAME_BYTES) return `is longer than ${MAX_NAME_BYTES} bytes`
  return null
}
