import { describe, expect, it } from 'vitest'
import { COMMAND_NAMES, COMMANDS } from '../../../src/cli/commands.js'
import { GLOBAL_OPTIONS } from '../../../src/cli/spec.js'
import { complete, type Names } from '../../../src/commands/completing/candidates.js'
import type { CommandLine, Whereabouts } from '../../../src/commands/completing/typed-words.js'

const LINE: CommandLine = { commands: COMMANDS, globals: GLOBAL_OPTIONS }

/** Two hosts, one with an alias, and two sessions; `asked` is where they were looked for. */
function names() {
  const asked: Whereabouts[] = []
  const found: Names = {
    hosts: async (where) => {
      asked.push(where)
      return ['node1', 'node2:2222', 'DB'].map((text) => ({ text, about: null }))
    },
    sessions: async (where) => {
      asked.push(where)
      return ['20261120-091500-0a1b2c3d'].map((text) => ({ text, about: null }))
    },
    marks: async (where) => {
      asked.push(where)
      return ['train', 'load data'].map((text) => ({ text, about: null }))
    },
  }
  return { found, asked }
}

const texts = async (...words: string[]): Promise<readonly string[]> =>
  (await complete(words, LINE, names().found)).candidates.map(({ text }) => text)
const kind = async (...words: string[]): Promise<string> => (await complete(words, LINE, names().found)).kind

describe('the first word', () => {
  it('is any command that begins so, with what it does', async () => {
    expect(await texts('')).toEqual([...COMMAND_NAMES, 'help'])
    expect(await texts('st')).toEqual(COMMAND_NAMES.filter((name) => name.startsWith('st')))
    const { candidates } = await complete(['sto'], LINE, names().found)
    expect(candidates).toEqual([{ text: 'stop', about: 'Stop the loggers and fetch their data' }])
  })

  it('may stand after flags and their values', async () => {
    expect(await texts('-C', 'runs/one', '--json', 'sess')).toEqual(['sessions'])
    expect(await texts('--config=x.yml', 'sess')).toEqual(['sessions'])
  })

  it('is never the hidden one', async () => {
    expect(await texts('_')).toEqual([])
  })

  it('help is followed by one command', async () => {
    expect(await texts('help', 'stat')).toEqual(['status'])
    expect(await texts('help', 'status', '')).toEqual([])
  })
})

describe('a flag', () => {
  it('is one of the command or of all', async () => {
    expect(await texts('status', '--w')).toEqual(['--watch'])
    expect(await texts('start', '--keep')).toEqual(['--keep-going'])
    expect(await texts('stop', '--keep')).toEqual([])
    expect(await texts('stop', '--jso')).toEqual(['--json'])
    expect(await texts('stop', '-')).toEqual(expect.arrayContaining(['--help', '-C', '-q', '--no-color']))
  })

  it('that takes a path leaves it to the shell', async () => {
    expect(await kind('-C', '')).toBe('directories')
    expect(await kind('status', '--directory', 'ru')).toBe('directories')
    expect(await kind('--config=conf')).toBe('files')
  })

  it('with a fixed set of values offers these', async () => {
    expect(await texts('plot', '--layout', '')).toEqual(expect.arrayContaining(['auto', 'lines']))
    expect(await texts('plot', '--format', 's')).toEqual(['svg'])
    expect(await kind('plot', '--layout', '')).toBe('words')
  })

  it('with a list completes its last item, and offers none twice', async () => {
    expect(await kind('plot', '--format', '')).toBe('list')
    expect(await texts('plot', '--format', 'svg,')).not.toContain('svg,svg')
    expect(await texts('plot', '--format', 'svg,')).toContain('svg,png')
    expect(await texts('plot', '--format=svg,p')).toContain('--format=svg,png')
    expect(await texts('plot', '--only', 'memory,cpu/io')).toEqual(['memory,cpu/iowait'])
    expect(await texts('plot', '--only', 'disk/')).toContain('disk/*_read')
    expect(await texts('plot', '--only', 'cpu,over')).toEqual(['cpu,overview'])
  })

  it('with any value offers nothing', async () => {
    expect(await complete(['--interval', ''], LINE, names().found)).toEqual({
      kind: 'nothing',
      candidates: [],
    })
    expect(await texts('start', '--name', 'st')).toEqual([])
  })

  it('whose value may be left out is followed by what follows', async () => {
    expect(await texts('status', '--watch', '--jso')).toEqual(['--json'])
  })
})

describe('a moment or a phase', () => {
  it.each([
    ['summary', '--phase'],
    ['assert', '--phase'],
    ['plot', '--from'],
    ['plot', '--to'],
  ])('of %s %s is the text of a mark', async (command, flag) => {
    expect(await texts(command, flag, '')).toEqual(['train', 'load data'])
    expect(await texts(command, `${flag}=tr`)).toEqual([`${flag}=train`])
  })
})

describe('--hosts', () => {
  it('offers hosts of the folder that is meant', async () => {
    const { found, asked } = names()
    const { candidates } = await complete(['-C', 'a b', '--config', 'c.yml', '--hosts', 'no'], LINE, found)
    expect(candidates.map(({ text }) => text)).toEqual(['node1', 'node2:2222'])
    expect(asked).toEqual([{ directory: 'a b', config: 'c.yml' }])
  })

  it('completes the last of several, also after a range with a comma in its brackets', async () => {
    expect(await texts('--hosts', 'node1,')).toEqual(['node1,node2:2222', 'node1,DB'])
    expect(await texts('--hosts', 'web[01,03],D')).toEqual(['web[01,03],DB'])
    expect(await texts('--hosts', 'web[01,D')).toEqual([])
  })
})

describe('a word of a command', () => {
  it('is a session for clean, once', async () => {
    expect(await texts('clean', '2026')).toEqual(['20261120-091500-0a1b2c3d'])
    expect(await texts('clean', '--yes', '')).toEqual(['20261120-091500-0a1b2c3d'])
    expect(await texts('clean', '20261120-091500-0a1b2c3d', '')).toEqual([])
  })

  it('is a shell for completion', async () => {
    expect(await texts('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  it('is a folder or a session for compare', async () => {
    expect(await complete(['compare', '2026'], LINE, names().found)).toEqual({
      kind: 'directories',
      candidates: [{ text: '20261120-091500-0a1b2c3d', about: null }],
    })
    expect(await texts('compare', '20261120-091500-0a1b2c3d', 'ru')).toEqual([])
    expect(await kind('compare', '')).toBe('directories')
    expect(await kind('compare', 'runs/a', 'ru')).toBe('directories')
    expect(await kind('compare', 'runs/a', 'runs/b', '')).toBe('nothing')
  })

  it('after -- belongs to another program', async () => {
    expect(await kind('start', '--', 'x')).toBe('files')
  })
})
