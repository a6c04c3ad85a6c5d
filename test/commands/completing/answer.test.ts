import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../src/cli/commands.js'
import { GLOBAL_OPTIONS } from '../../../src/cli/spec.js'
import { answerCompletion } from '../../../src/commands/completing/answer.js'
import { keptByBash, splitShellLine } from '../../../src/commands/completing/shell-line.js'
import { temporaryFolder, writeTree } from '../../session/sample.js'

const LINE = { commands: COMMANDS, globals: GLOBAL_OPTIONS }
const BREAKS = ' \t\n"\'><=;|&(:'

const session = (hosts: readonly unknown[]): string => JSON.stringify({ version: 1, id: 'x', hosts })
const ask = (...request: string[]): Promise<string> => answerCompletion(request, LINE, { HOME: '/nowhere' })

describe('the answer to a shell', () => {
  it('is the kind, then a candidate a line with what it is after a tab', async () => {
    expect(await ask('words', 'sto')).toBe('words\nstop\tStop the loggers and fetch their data\n')
    expect(await ask('words', '-C', '')).toBe('directories\n')
  })

  it('names hosts and aliases of session.json, config.yml unread', async () => {
    const folder = await temporaryFolder()
    const hosts = [
      { name: 'node1:2222', alias: 'DB' },
      { name: 'node2', alias: null },
    ]
    await writeTree(folder, { 'session.json': session(hosts), 'config.yml': 'hosts: [other]\n' })
    expect(await ask('words', '-C', folder, '--hosts', '')).toBe(
      'list\nnode1:2222\tDB\nDB\tnode1:2222\nnode2\n',
    )
  })

  it('names the hosts of config.yml before there is a session, ranges expanded', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'conf.yml': 'hosts:\n  - node[1-2]: W{}\n  - db\n' })
    const said = await ask('words', `--config=${folder}/conf.yml`, '--hosts', '')
    expect(said).toBe('list\nnode1\tW1\nW1\tnode1\nnode2\tW2\nW2\tnode2\ndb\n')
  })

  it('is no candidate where files are missing, broken or of another kind', async () => {
    const folder = await temporaryFolder()
    const request = ['words', '-C', folder, '--config', `${folder}/config.yml`, '--hosts', ''] as const
    expect(await ask(...request)).toBe('nothing\n')
    await writeTree(folder, { 'session.json': '{"id": 3', 'config.yml': 'hosts: [' })
    expect(await ask(...request)).toBe('nothing\n')
    expect(await ask('words', '-C', folder, 'clean', '')).toBe('words\n')
    await writeTree(folder, { 'session.json': '[1, 2]' })
    expect(await ask('words', '-C', folder, '--hosts', '')).toBe('nothing\n')
  })

  it('holds for bash, which quotes nothing, no name that its line would run or take apart', async () => {
    const folder = await temporaryFolder()
    const aliases = ['$(reboot)', '`reboot`', 'a;reboot', 'a b', "it's", 'Größe']
    const hosts = aliases.map((alias, at) => ({ name: `n${at}`, alias }))
    await writeTree(folder, { 'session.json': session(hosts) })
    const typed = `clusterp -C '${folder}' --hosts `
    const said = await ask('line', typed, String(typed.length), BREAKS)
    expect(said.split('\n').map((line) => line.split('\t')[0])).toEqual([
      'list',
      'n0',
      'n1',
      'n2',
      'n3',
      'n4',
      'n5',
      'Größe',
      '',
    ])
    expect(await ask('words', '-C', folder, '--hosts', 'a ')).toBe('list\na b\tn3\n')
  })

  it('holds no control character of a file', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, {
      'session.json': session([
        { name: 'a\u001b[2J', alias: 'ok' },
        { name: 'b', alias: 'x\ny' },
      ]),
    })
    expect(await ask('words', '-C', folder, '--hosts', '')).toBe('list\nok\nb\n')
  })

  it('lists the session in place and the archived ones, newest first', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, {
      'session.json': '{"id": "20261120-120000-00000003", "hosts": []}',
      'sessions/20261120-100000-00000001/session.json': '{}',
      'sessions/20261120-110000-00000002/session.json': '{}',
      'sessions/20261120-110000-00000002.part/x': '',
    })
    expect(await ask('words', '-C', folder, 'clean', '')).toBe(
      'words\n20261120-120000-00000003\n20261120-110000-00000002\n20261120-100000-00000001\n',
    )
  })

  it('to bash begins after the last of its word breaks', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'session.json': session([{ name: 'node1:2222', alias: null }]) })
    const line = `clusterp -C '${folder}' --hosts node1:2`
    expect(await ask('line', line, String(line.length), BREAKS)).toBe('list\n2222\n')
    expect(await ask('line', line, String(line.length), ' ')).toBe('list\nnode1:2222\n')
    expect(await ask('line', 'clusterp plot --format=s', '24', BREAKS)).toBe('list\nsvg\n')
  })

  it('to bash is for what stands before the cursor', async () => {
    expect(await ask('line', 'clusterp sto --json', '12', BREAKS)).toContain('stop')
    expect(await ask('line', 'clusterp sto', '9999', BREAKS)).toContain('stop')
  })
})

describe('splitShellLine', () => {
  it.each([
    ['clusterp ', ['clusterp', '']],
    ['clusterp  stop', ['clusterp', 'stop']],
    [`c -C 'a b' "c d`, ['c', '-C', 'a b', 'c d']],
    ['c a\\ b', ['c', 'a b']],
    [`c "" x`, ['c', '', 'x']],
    [`c 'it\\' "q\\"q"`, ['c', 'it\\', 'q"q']],
  ])('splits %j', (line, words) => {
    expect(splitShellLine(line, line.length)).toEqual(words)
  })
})

describe('keptByBash', () => {
  it('is all up to the last break', () => {
    expect(keptByBash('--a=b:c', BREAKS)).toBe('--a=b:')
    expect(keptByBash('abc', BREAKS)).toBe('')
  })
})
