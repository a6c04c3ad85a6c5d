import { describe, expect, it } from 'vitest'
import { isPasswordWord, isSecretKey, mentionsSecret } from '../../src/config/secrets.js'
import { SCALAR_KEYS, TOP_KEYS } from '../../src/config/settings.js'

// Every text that one edit makes of `pass`: each letter left out, doubled, replaced, put in, or swapped.
function oneEditFromPass(): string[] {
  const edits = new Set<string>()
  for (let at = 0; at <= 4; at++) {
    const before = 'pass'.slice(0, at)
    for (const letter of ['', 'q']) edits.add(before + letter + 'pass'.slice(at + 1))
    edits.add(`${before}q${'pass'.slice(at)}`)
    if (at < 3) edits.add(before + 'pass'.charAt(at + 1) + 'pass'.charAt(at) + 'pass'.slice(at + 2))
  }
  return [...edits]
}

describe('isSecretKey', () => {
  it('knows every key that contains pass or is one edit from it', () => {
    const edits = oneEditFromPass()
    expect(edits).toContain('pas')
    expect(edits).toContain('apss')
    expect(edits).toContain('paqss')
    for (const edit of edits) expect([edit, isSecretKey(`ssh_${edit}word`)]).toEqual([edit, true])
    expect(isSecretKey('SSH_PASSWORD')).toBe(true)
  })

  it('takes none of our other keys for one', () => {
    const secret = [...TOP_KEYS, ...SCALAR_KEYS].filter(isSecretKey)
    expect([...new Set(secret)].sort()).toEqual(['ssh_password', 'ssh_password_env'])
  })

  it('sees through escapes of YAML', () => {
    expect(mentionsSecret('"ssh_p\\x61ssword": x')).toBe(true)
    expect(mentionsSecret('"ssh_p\\U00000061ssword": x')).toBe(true)
    expect(mentionsSecret('interval: 5')).toBe(false)
  })
})

describe('isPasswordWord', () => {
  it('leaves hosts alone whose names only look like a password', () => {
    for (const host of ['compass01', 'bypass', 'mass-1', 'pass1', 'class'])
      expect(isPasswordWord(host)).toBe(false)
    for (const key of ['ssh_password', 'ssh_pasword', 'passwd', 'passphrase', 'pass']) {
      expect(isPasswordWord(key)).toBe(true)
    }
  })
})
