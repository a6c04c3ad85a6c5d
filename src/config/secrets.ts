/**
 * `pass` or one edit from it, anywhere in a key: `ssh_pasword`, `ssh_pssword`, `ssh_apssword`, `passphrase`.
 * `pas`, `pss` and `ass` cover what lost a letter, and with it most of what gained or changed one.
 */
const NEARLY_PASS = /pas|pss|ass|apss|psas|p.ss|pa.s/i
/** Other words for the same thing. */
const OTHER_WORDS = /pwd|secret|token|credential/i
/** Unmistakably a password, even among host and device names, where `compass01` is a host. */
const PASSWORD_WORD = /pa?s{1,3}a?w|pas{1,3}phrase|^pass$/i

/** True for a key whose value is never shown. */
export function isSecretKey(key: string): boolean {
  return NEARLY_PASS.test(key) || OTHER_WORDS.test(key)
}

/** True for a key that is a password even where keys are the names of hosts and devices. */
export function isPasswordWord(key: string): boolean {
  return PASSWORD_WORD.test(key)
}

/** True for a line of text in which something like a password is spoken of, escapes such as `\x61` resolved. */
export function mentionsSecret(line: string): boolean {
  return isSecretKey(withoutEscapes(line))
}

/** As `mentionsSecret`, for a line among host and device names. */
export function mentionsPasswordWord(line: string): boolean {
  return /pa?s{1,3}a?w|pas{1,3}phrase|\bpass\b/i.test(withoutEscapes(line))
}

/** A name that an environment variable can have. */
export function isVariableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text)
}

// "ssh_p\x61ssword": and "ssh_p\u0061ssword": are the key ssh_password to YAML.
function withoutEscapes(line: string): string {
  return line.replace(/\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/g, (escaped) => {
    const code = Number.parseInt(escaped.slice(2), 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : escaped
  })
}
