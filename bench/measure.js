/** Times that other work on the machine disturbs least: user CPU seconds, medians of several rounds. */
import { spawnSync } from 'node:child_process'

export const ROUNDS = 7

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** User and system CPU seconds that `work` takes in this process. */
export function cpuSecondsOf(work) {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return { user: user / 1e6, system: system / 1e6 }
}

/** User, system and wall seconds of a shell command; its output is thrown away unless it goes to a file itself. */
export function secondsOfCommand(command, options = {}) {
  const script = `TIMEFORMAT='%U %S %R'; time { ${command}; }`
  const { stderr, status } = spawnSync('bash', ['-c', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    ...options,
  })
  const times = stderr.trim().split('\n').at(-1).split(' ').map(Number)
  if (status !== 0 || times.length !== 3 || times.some(Number.isNaN))
    throw new Error(`${command}: ended with ${status}: ${stderr}`)
  const [user, system, wall] = times
  return { user, system, wall, stderr }
}

/** True when the machine has a program of that name. */
export function hasProgram(name) {
  return spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0
}

/** A table in Markdown. */
export function tableOf(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
