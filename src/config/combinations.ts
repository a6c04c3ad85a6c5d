import type { SshConfig } from '../model.js'
import type { Settings } from './settings.js'
import { shown } from './show.js'

/** Keys that only logins over SSH use. */
const LOGIN_KEYS = [
  'ssh_gateway',
  'ssh_username',
  'ssh_password',
  'ssh_password_env',
  'ssh_port',
  'ssh_identity_file',
  'ssh_host_key_checking',
]
const PASSWORD_KEYS = ['ssh_password', 'ssh_password_env']

/** What single keys say well and together do not; `times` is null when one of the two is wrong by itself. */
export function combinationProblems(
  settings: Settings,
  connect: SshConfig['connect'],
  times: { readonly intervalSec: number; readonly durationSec: number } | null,
): string[] {
  const problems: string[] = []
  const [password, variable] = PASSWORD_KEYS.map((key) => settings.get(key))
  if (password !== undefined && variable !== undefined) {
    problems.push(`${password.label}: cannot be set together with ssh_password_env; keep one of the two`)
  }
  if (connect.kind === 'openssh') {
    for (const key of [password, variable]) {
      if (key === undefined) continue
      const remedy = 'use keys or the agent, or connect: ssh2'
      problems.push(
        `${key.label}: cannot be used with connect: openssh, which asks for no password; ${remedy}`,
      )
    }
  }
  if (times !== null && times.durationSec < times.intervalSec) {
    const { label } = settings.get('duration') ?? settings.get('interval') ?? { label: 'duration' }
    const both = `duration ${times.durationSec} s, interval ${times.intervalSec} s`
    problems.push(`${label}: the duration must be at least one interval, got ${both}`)
  }
  return problems
}

/** What is set and has no effect. */
export function combinationWarnings(settings: Settings, connect: SshConfig['connect']): string[] {
  if (connect.kind !== 'command') return []
  const unused = LOGIN_KEYS.flatMap((key) => settings.get(key)?.label ?? [])
  if (unused.length === 0) return []
  return [`${unused.join(', ')}: not used, because connect is the command ${shown(connect.words[0] ?? '')}`]
}
