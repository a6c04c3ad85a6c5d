/** Settings of the login that came from the environment, written into a config.yml for the commands that follow. */
import { setKey } from './file-lines.js'
import { collectSettings, type Environment, type ScalarKey, variableOf } from './settings.js'
import { yamlScalar } from './yaml.js'

/** What a login needs besides secrets: neither a password nor the name of its variable is ever written. */
const LOGIN_KEYS = [
  'ssh_gateway',
  'ssh_username',
  'ssh_port',
  'ssh_identity_file',
  'ssh_host_key_checking',
  'connect',
] as const satisfies readonly ScalarKey[]

/**
 * The text with the login's settings of the environment. A value of the file's own stays; `unlike` are the variables that
 * say something else.
 */
export function withLoginScalars(
  text: string,
  env: Environment,
): { readonly text: string; readonly unlike: readonly string[] } {
  const { settings } = collectSettings({ path: null, text, env: {}, flags: {} })
  const unlike: string[] = []
  let written = text
  for (const key of LOGIN_KEYS) {
    const value = env[variableOf(key)]
    if (value === undefined || value === '') continue
    const own = settings.get(key)
    if (own === undefined) written = setKey(written, key, [`${key}: ${scalarText(value)}`])
    else if (own.value !== value) unlike.push(variableOf(key))
  }
  return { text: written, unlike }
}

/** A number stands as people write it; everything else so that it reads back as itself. */
function scalarText(value: string): string {
  return /^\d+$/.test(value) ? value : yamlScalar(value)
}
