// Loaded before the program (`node --import`) by tests: ends it with SIGKILL at one exact moment, so that no moment is left
// to luck. TEST_KILL is a JSON object:
//   {"script": "arm", "nth": 1, "mode": "cut"}                       half of the nth such script is sent
//   {"script": "arm", "nth": 1, "mode": "after", "delayMs": 12}      the script is sent, then so many milliseconds pass
//   {"script": "arm", "nth": 1, "mode": "answer"}                    the answer is there, and nothing was done with it
//   {"rename": "session\\.json$", "nth": 2, "mode": "before"}        before (or "after") the nth rename to such a path
//   {"record": "/tmp/x"}                                             kills nothing; writes "arm 31.5" (milliseconds) a call
import childProcess from 'node:child_process'
import { appendFileSync } from 'node:fs'
import fsPromises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const plan = JSON.parse(process.env.TEST_KILL ?? '{}')

/** A word that only this script holds. */
const SCRIPTS = {
  probe: 'p_cpus=',
  clock: 'c_before=',
  arm: 'arm_loggers()',
  ready: 'r_tell()',
  halt: 'fact left ',
  pull: 'send_frames()',
  remove: 'r_remove()',
}
const seen = {}

function die() {
  process.kill(process.pid, 'SIGKILL')
  // Nothing more of this thread may happen until the signal has come.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000)
}

function kindOf(script) {
  return Object.keys(SCRIPTS).find((kind) => script.includes(SCRIPTS[kind]))
}

function sendAndDie(child, end, script) {
  if (plan.mode === 'cut') {
    child.stdin.write(script.slice(0, script.length / 2), die)
    return
  }
  if (plan.mode === 'answer') child.prependListener('close', die)
  end(script)
  if (plan.mode !== 'after') return
  if (plan.delayMs === 0) die()
  else setTimeout(die, plan.delayMs)
}

const { spawn } = childProcess
childProcess.spawn = (command, ...rest) => {
  const child = spawn(command, ...rest)
  if (command !== 'sh') return child
  const end = child.stdin.end.bind(child.stdin)
  child.stdin.end = (script) => {
    const kind = kindOf(script)
    seen[kind] = (seen[kind] ?? 0) + 1
    const began = performance.now()
    if (plan.record) {
      child.on('close', () => appendFileSync(plan.record, `${kind} ${performance.now() - began}\n`))
    }
    if (plan.script === kind && seen[kind] === (plan.nth ?? 1)) sendAndDie(child, end, script)
    else end(script)
    return child.stdin
  }
  return child
}

const { rename } = fsPromises
const isMeant = plan.rename === undefined ? () => false : (path) => new RegExp(plan.rename).test(path)
let renames = 0
fsPromises.rename = async (from, to) => {
  const isTheOne = isMeant(String(to)) && ++renames === (plan.nth ?? 1)
  if (isTheOne && plan.mode === 'before') die()
  await rename(from, to)
  if (isTheOne && plan.mode === 'after') die()
}
syncBuiltinESMExports()
