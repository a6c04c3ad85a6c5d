/** Finds and reads the templates: the user's in `<working dir>/templates/` before the package's own. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Json, JsonObject } from '../charts/spec.js'
import { asError, ClusterpError, hasCode, ParseError } from '../errors.js'

/** A template, and the file it was read from. */
export interface Template {
  readonly path: string
  readonly json: JsonObject
}

/** The package's templates; the same two levels up from src/render and from dist/render. */
const PACKAGE_FOLDER = fileURLToPath(new URL('../../templates/', import.meta.url))

/** Reads `<name>.json`. */
export async function loadTemplate(name: string, workingDir: string): Promise<Template> {
  const file = `${name}.json`
  for (const path of [join(workingDir, 'templates', file), join(PACKAGE_FOLDER, file)]) {
    const text = await readIfPresent(path)
    if (text !== null) return { path, json: parseTemplate(path, text) }
  }
  throw new ClusterpError(`load template: there is no ${file} in ${PACKAGE_FOLDER}`, {
    hint: 'install clusterp again: its templates folder is not whole',
  })
}

async function readIfPresent(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (hasCode(cause, 'ENOENT') || hasCode(cause, 'ENOTDIR')) return null
    throw new ParseError(`load template: ${path}: ${asError(cause).message}`, { cause })
  }
}

function parseTemplate(path: string, text: string): JsonObject {
  const hint = `correct the file, or remove it to use clusterp's own`
  let json: Json
  try {
    json = JSON.parse(text) as Json
  } catch (cause) {
    throw new ParseError(`load template: ${path} is not JSON: ${asError(cause).message}`, { cause, hint })
  }
  if (!isObject(json)) throw new ParseError(`load template: ${path} holds no JSON object`, { hint })
  return json
}

function isObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
