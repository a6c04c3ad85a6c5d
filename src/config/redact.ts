import { DUMP_SCHEMA, dump, realMapTag } from 'js-yaml'
import { redactLines } from './redact-lines.js'
import { isPasswordWord, isSecretKey, isVariableName } from './secrets.js'
import { NAME_LIST_KEYS, TOP_KEYS } from './settings.js'
import { readDocuments, type YamlMap, type YamlValue } from './yaml.js'

const DUMP_MAPS = DUMP_SCHEMA.withTags(realMapTag)
/** Ten times what 10 000 hosts with aliases need. */
const MAX_VALUES = 500_000
const HEADER = '# Copied without passwords and comments.\n'

/**
 * The text of a config.yml as it may be archived: without the value of any key that contains `pass` or nearly so, in
 * comments too. `ssh_password_env` stays where it names a variable. Text that is no valid YAML loses whatever might
 * belong to such a key.
 */
export function redactConfig(text: string): string {
  const original = readMap(text)
  if (original === null) return redactLines(text, { isValid: false })
  const clean = withoutSecrets(original)
  const lines = redactLines(text, { isValid: true })
  // The lines are kept for their comments, but only if they say the same and nothing of a secret is left in them.
  const secrets = secretsOf(original)
  const isSame = JSON.stringify(comparable(readMap(lines))) === JSON.stringify(comparable(clean))
  if (isSame && !secrets.some((secret) => lines.includes(secret))) return lines
  return clean.size === 0 ? HEADER : HEADER + dump(clean, { schema: DUMP_MAPS, noRefs: true, lineWidth: -1 })
}

/** The one mapping that the text is, empty for an empty text; null for anything else, broken YAML included. */
function readMap(text: string): YamlMap | null {
  try {
    const documents = readDocuments(text)
    const [first = null] = documents
    if (documents.length > 1) return null
    if (first === null) return new Map()
    return first instanceof Map && isSmall(first) ? first : null
  } catch {
    // What is wrong does not matter here: such a text is cut line by line. The message would quote it.
    return null
  }
}

// `&a [*a]` contains itself, and a few anchors of anchors make billions of values.
function isSmall(config: YamlMap): boolean {
  const waiting: YamlValue[] = [config]
  for (let visited = 0; visited < MAX_VALUES; visited++) {
    const value = waiting.pop()
    if (value === undefined) return true
    if (value !== null && typeof value !== 'string') waiting.push(...childrenOf(value))
  }
  return false
}

function childrenOf(value: YamlMap | YamlValue[]): YamlValue[] {
  return value instanceof Map ? [...value].flat() : value
}

function withoutSecrets(config: YamlMap): YamlMap {
  const clean: YamlMap = new Map()
  for (const [key, value] of config) {
    // An unknown key may hold the secret under an anchor that ssh_password refers to.
    if (typeof key !== 'string' || !TOP_KEYS.includes(key)) continue
    if (key === 'ssh_password_env' ? !isKeptVariable(value) : isSecretKey(key)) continue
    clean.set(key, withoutSecretPairs(value, secretTest(key)))
  }
  return clean
}

// In a list of hosts or devices the keys are names: `compass01` is a host and no password.
function secretTest(topKey: string): (key: string) => boolean {
  return NAME_LIST_KEYS.some((listKey) => listKey === topKey) ? isPasswordWord : isSecretKey
}

function isKeptVariable(value: YamlValue): boolean {
  return typeof value === 'string' && isVariableName(value)
}

function withoutSecretPairs(value: YamlValue, isSecret: (key: string) => boolean): YamlValue {
  if (value === null || typeof value === 'string') return value
  if (!(value instanceof Map)) return value.map((item) => withoutSecretPairs(item, isSecret))
  const pairs = [...value].filter(([key]) => typeof key === 'string' && !isSecret(key))
  return new Map(pairs.map(([key, pairValue]) => [key, withoutSecretPairs(pairValue, isSecret)]))
}

/** Every line of every text under a secret key. */
function secretsOf(config: YamlMap): string[] {
  const secrets: string[] = []
  const visit = (value: YamlValue, isSecret: (key: string) => boolean, isInside: boolean): void => {
    if (value === null) return
    if (typeof value === 'string') {
      if (isInside) secrets.push(...value.split(/[\r\n]+/).map((line) => line.trim()))
    } else if (value instanceof Map) {
      for (const [key, pairValue] of value) {
        visit(key, isSecret, isInside)
        visit(pairValue, isSecret, isInside || (typeof key === 'string' && isSecret(key)))
      }
    } else for (const item of value) visit(item, isSecret, isInside)
  }
  for (const [key, value] of config) {
    if (key === 'ssh_password_env' && isKeptVariable(value)) continue
    visit(value, secretTest(String(key)), typeof key === 'string' && isSecretKey(key))
  }
  return secrets.filter((secret) => secret !== '')
}

// JSON has no maps; pairs keep their order.
function comparable(value: YamlValue): unknown {
  if (value === null || typeof value === 'string') return value
  if (value instanceof Map) return { pairs: [...value].map((pair) => pair.map(comparable)) }
  return value.map(comparable)
}
