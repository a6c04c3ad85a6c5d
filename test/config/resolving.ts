import { resolveConfig } from '../../src/config/config.js'
import { ConfigError } from '../../src/errors.js'
import type { Config } from '../../src/model.js'

type Flags = Parameters<typeof resolveConfig>[0]['flags']
type Env = Record<string, string | undefined>

/** Resolves the text of a config.yml; null: there is no file. */
export function resolve(text: string | null, env: Env = {}, flags: Flags = {}) {
  return resolveConfig({ path: 'config.yml', text, env, flags })
}

export function configOf(text: string, env: Env = {}, flags: Flags = {}): Config {
  return resolve(text, env, flags).config
}

/** The ConfigError that resolving ends with; fails when it does not. */
export function errorOf(text: string | null, env: Env = {}, flags: Flags = {}): ConfigError {
  try {
    resolve(text, env, flags)
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown
    throw thrown
  }
  throw new Error('it was accepted')
}

export function problemsOf(text: string | null, env: Env = {}, flags: Flags = {}): readonly string[] {
  return errorOf(text, env, flags).problems
}
