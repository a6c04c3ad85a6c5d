import { describe, expect, it } from 'vitest'
import { type Judged, verdictBlocks } from '../../../src/commands/checking/table.js'
import { judgeUnreached } from '../../../src/commands/checking/unreached.js'
import { fail, ok, onNode, warn } from '../../../src/commands/checking/verdict.js'
import { HostError } from '../../../src/errors.js'
import { LostCallError } from '../../../src/remote/call.js'
import { ConnectError } from '../../../src/remote/ssh/failure.js'

const judged = (host: string | null, ...verdicts: Judged['verdicts']): Judged => ({
  host,
  verdicts,
  isUnreached: false,
})
const GOOD = { name: 'clock', ...ok('agrees') }
const NO_SAR = { name: 'sysstat', ...onNode(warn('not there', 'apt-get install -y sysstat')) }
const FULL = { name: 'space', ...fail('0 B free', 'in config.yml: remote_dir: /data') }
const shown = (all: readonly Judged[], isWhole = false) => {
  const [table, ...lines] = verdictBlocks(all, isWhole)
  if (table?.kind !== 'table') throw new Error('no table')
  return { rows: table.rows, lines: lines.map((block) => (block.kind === 'line' ? block.text : '')) }
}

describe('the table of check', () => {
  it('folds hosts with the same problem into one row, failures first, and counts what is well', () => {
    const all = [
      judged('n1', NO_SAR, GOOD),
      judged('n2', NO_SAR, GOOD),
      judged('n3', GOOD, FULL),
      judged('n4', GOOD, { name: 'space', ...ok('') }),
    ]
    expect(shown(all)).toEqual({
      rows: [
        ['n3', 'space', 'FAIL', '0 B free'],
        ['n[1-2]', 'sysstat', 'warning', 'not there'],
        ['n[1-3]', '1 of 2 checks', 'ok', ''],
        ['n4', 'all 2 checks', 'ok', ''],
      ],
      lines: ['try: in config.yml: remote_dir: /data', 'try on n[1-2]: apt-get install -y sysstat'],
    })
  })

  it('shows every check with --verbose, check by check', () => {
    const load = { name: 'load', ...ok('low') }
    const all = [judged('n1', GOOD, load), judged('n2', { ...GOOD, text: 'so so' }, load)]
    expect(shown(all, true).rows).toEqual([
      ['n1', 'clock', 'ok', 'agrees'],
      ['n2', 'clock', 'ok', 'so so'],
      ['n[1-2]', 'load', 'ok', 'low'],
    ])
  })

  it('has the same remedy once, for all hosts that need it', () => {
    const old = { ...NO_SAR, text: 'too old' }
    expect(shown([judged('n1', NO_SAR), judged('n2', old)]).lines).toEqual([
      'try on n[1-2]: apt-get install -y sysstat',
    ])
  })

  it('folds errors that name their own host', () => {
    const unreached = (host: string, name: string): Judged => ({
      host,
      verdicts: [
        judgeUnreached(
          new ConnectError(host, 'timeout', `no answer from ${name} port 2222 within 3 s`, {
            hint: `ssh -v ann@${name} true`,
          }),
        ),
      ],
      isUnreached: true,
    })
    const all = ['n1:2222', 'n2:2222'].map((host) => unreached(host, host.slice(0, 2)))
    expect(shown(all)).toEqual({
      rows: [['n[1-2]:2222', 'reachable', 'FAIL', 'no answer from n[1-2] port 2222 within 3 s']],
      lines: ['try: ssh -v ann@n1 true'],
    })
    // A name that is part of another stays.
    const other = { ...unreached('n1', 'n1.example.org'), host: 'n1' }
    expect(shown([other]).rows[0]?.[3]).toBe('no answer from n1.example.org port 2222 within 3 s')
  })

  it('calls the controller this machine, and does not count its checks', () => {
    const here = judged(null, { name: 'space here', ...warn('1 kB free', null) })
    expect(shown([judged('n1', GOOD), here]).rows).toEqual([
      ['this machine', 'space here', 'warning', '1 kB free'],
      ['n1', 'all 1 checks', 'ok', ''],
    ])
  })
})

describe('a host that could not be asked', () => {
  it.each([
    [new ConnectError('n1', 'host-key', 'the host key has changed'), 'host key'],
    [new ConnectError('n1', 'refused', 'n1 refuses the login of ann'), 'login'],
    [new ConnectError('n1', 'unreachable', 'refuses connections'), 'reachable'],
    [new HostError('n1', 'connect: its host key is unknown'), 'host key'],
    [new HostError('n1', 'connect: the login was refused (it takes publickey)'), 'login'],
    [new HostError('n1', 'connect: port 22: connection refused'), 'reachable'],
    [new HostError('n1', 'probe: the node has no awk'), 'node'],
    [new LostCallError('n1', 'probe: connection lost'), 'reachable'],
  ])('failed the check that its error is about: %s', (error, name) => {
    expect(judgeUnreached(error)).toMatchObject({ name, state: 'fail' })
    expect(judgeUnreached(error).text).not.toMatch(/^connect: /)
  })

  it('is not sent to a session that does not run', () => {
    const lost = new LostCallError('n1', 'probe: no end', { hint: 'clusterp status --hosts n1' })
    expect(judgeUnreached(lost).remedy).toContain('ssh n1 true')
    const closed = new LostCallError(
      'n1',
      'probe: the node opens no session: open failed (MaxSessions of its sshd)',
    )
    expect(judgeUnreached(closed).remedy).toContain('MaxSessions 10')
  })
})
