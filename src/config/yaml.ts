import { FAILSAFE_SCHEMA, loadAll, mergeTag, nullCoreTag, realMapTag, YAMLException } from 'js-yaml'
import { ConfigError } from '../errors.js'

/** What a config file is made of: every scalar is the text as written; null is an empty value, `~` or `null`. */
export type YamlValue = string | null | YamlValue[] | YamlMap
export type YamlMap = Map<YamlValue, YamlValue>

// Maps, because a plain object would move the GPUs `{1: B, 0: A}` into the order of their numbers.
const SCHEMA = FAILSAFE_SCHEMA.withTags(realMapTag, mergeTag, nullCoreTag)

/** js-yaml's reasons that quote nothing from the file, in our words; anything else is told without its reason. */
const REASONS: readonly (readonly [begins: string, words: string])[] = [
  ['duplicated mapping key', 'a key is there twice'],
  ['tab characters', 'a tab is used for indentation; use blanks'],
  ['bad indentation of a sequence entry', 'a list entry is not in line with the others'],
  [
    'bad indentation of a mapping entry',
    'this line does not fit its indentation, or a text with ": " or a special first character needs quotes',
  ],
  [
    'deficient indentation',
    'a bracket or a quote is not closed before this line, or this line needs indentation',
  ],
  ['unexpected end of the stream within a flow collection', 'a bracket is never closed'],
  ['unexpected end of the stream within a single quoted scalar', "a ' is never closed"],
  ['unexpected end of the stream within a double quoted scalar', 'a " is never closed'],
  ['unknown escape sequence', 'inside "…" a backslash must be doubled; or use \'…\''],
  ['unidentified alias', 'a text that begins with * needs quotes'],
  ['unknown scalar tag', 'a text that begins with ! needs quotes'],
  ['missed comma', 'a comma is missing, or a text with brackets needs quotes here'],
  ['can not read a block mapping entry', 'the line before lacks a colon followed by a blank'],
  [
    'a whitespace character is expected after the key-value',
    'a blank is missing after a colon, or quotes around a text',
  ],
  [
    'end of the stream or a document separator',
    'this line does not go with those before it: a colon needs a blank after it, keys stand at one margin',
  ],
  ['a line break is expected', 'a text that begins with | or > needs quotes'],
  ['null byte', 'there is a NUL character'],
  ['the stream contains non-printable', 'there is a control character'],
  ['nesting exceeded', 'brackets are nested too deeply'],
]

/** Reads YAML text into its documents; throws what js-yaml throws, which quotes the text and must not be shown. */
export function readDocuments(text: string): YamlValue[] {
  return loadAll(text.replace(/^\uFEFF/, ''), { schema: SCHEMA }) as YamlValue[]
}

/**
 * Reads the text of a config file into its keys; an empty file has none. Throws a ConfigError that names line and
 * column and never quotes the text, which may be a password.
 */
export function parseYaml(text: string, source: string): YamlMap {
  const documents = documentsOf(text, source)
  const [first, ...others] = documents
  if (others.some((document) => document !== null)) {
    throw problemError(`${source}: must be one YAML document, got ${documents.length} (separated by ---)`)
  }
  if (first === undefined || first === null) return new Map()
  if (first instanceof Map) return first
  throw problemError(`${source}: must hold lines like "interval: 10", a key, a colon, a blank and a value`)
}

function documentsOf(text: string, source: string): YamlValue[] {
  try {
    return readDocuments(text)
  } catch (thrown) {
    // Without the cause: a YAMLException carries the text around the place, and --debug would print it.
    if (!(thrown instanceof YAMLException)) throw problemError(`${source}: is not valid YAML`)
    const { reason, mark } = thrown
    const place = mark === undefined ? '' : `:${mark.line + 1}:${mark.column + 1}`
    const words = REASONS.find(([begins]) => reason.startsWith(begins))?.[1] ?? 'this is not valid YAML'
    throw problemError(`${source}${place}: ${words}`)
  }
}

function problemError(problem: string): ConfigError {
  return new ConfigError(problem, { problems: [problem] })
}

/** A text as one YAML scalar that reads back as itself wherever a value or a list entry stands. */
export function yamlScalar(text: string): string {
  const isPlain =
    /^[A-Za-z_/][\w./@-]*(\[[\d,/-]+\][\w./@-]*)*(:\d+)?$/.test(text) && !/^(null|~)$/i.test(text)
  if (isPlain) return text
  return /\p{Cc}/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`
}
