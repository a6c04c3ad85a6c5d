import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SADC_ACTIVITIES } from '../../src/collectors/sar.js'
import { shellFile } from '../../src/remote/shell-files.js'
import { describeWith, needs } from '../support/needs.js'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'clusterp-recent-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const folderWith = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  const folder = mkdtempSync(join(root, 'node-'))
  for (const [name, data] of Object.entries(files)) writeFileSync(join(folder, name), data)
  return folder
}

interface Told {
  readonly facts: readonly (readonly [key: string, value: string])[]
  /** What the script counted; empty: it leaves that to others. */
  readonly count: string
}

/** What `tell_recent` says in a folder; `before` are shell lines ahead of it. */
function tellRecent(folder: string, shell: readonly string[] = ['sh'], before = ''): Told {
  const [program = 'sh', ...words] = shell
  const lines = [shellFile('functions.sh'), shellFile('recent.sh'), before]
  const script = `${lines.join('\n')}\nset -f; n_count=\ntell_recent\nfact count "$n_count"\n`
  const { stdout } = spawnSync(program, words, {
    cwd: folder,
    input: script,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  const facts = stdout
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)] as const)
  const count = facts.find(([key]) => key === 'count')?.[1] ?? 'none'
  return { facts: facts.filter(([key]) => key !== 'count'), count }
}

const textOf = ({ facts }: Told, key: string): string =>
  facts.flatMap(([name, value]) => (name === key ? [`${value}\n`] : [])).join('')

describe('the last samples of the sampler', () => {
  const file = (resource: string): string =>
    readFileSync(new URL(`../fixtures/proc/${resource}.txt`, import.meta.url), 'utf8')

  it('are the header and the last two, of the CPUs their sum alone', () => {
    const files = { 'proc.cpu': file('cpu'), 'proc.memory': file('memory'), 'proc.network': file('network') }
    const told = tellRecent(folderWith(files))
    expect(textOf(told, 'recent_cpu')).toBe(
      '# clusterp-proc 1 cpu 100 7d6b7f0c-2f0e-4b7e-9d7e-0123456789ab\n' +
        '@ 1795162716.398247 2192.31 1\ncpu  65487 0 14619 354888 837 0 300 15 0 0\n' +
        '@ 1795162717.399042 2193.31 1\ncpu  65487 0 14619 355087 837 0 300 15 0 0\n',
    )
    const [head = '', , ...last] = file('memory').split(/^(?=@ )/m)
    expect(textOf(told, 'recent_memory')).toBe(head + last.join(''))
    expect(textOf(told, 'recent_network').match(/^@ /gm)).toHaveLength(2)
  })

  it('are whole: one that is still being written does not count', () => {
    const cut = file('cpu').split('\n').slice(0, -2).join('\n')
    const told = tellRecent(folderWith({ 'proc.cpu': cut }))
    expect([...textOf(told, 'recent_cpu').matchAll(/^@ (\S+)/gm)].map(([, stamp]) => stamp)).toEqual([
      '1795162715.371927',
      '1795162716.398247',
    ])
  })

  it('are found at the end of a long file', () => {
    const sample = file('cpu').split('\n').slice(1, 5).join('\n')
    const long = `${file('cpu').split('\n')[0]}\n${`${sample}\n`.repeat(20_000)}${file('cpu').split('\n').slice(5).join('\n')}`
    expect(textOf(tellRecent(folderWith({ 'proc.cpu': long })), 'recent_cpu')).toContain(
      '@ 1795162717.399042',
    )
  })
})

describe('the last rows of the GPUs', () => {
  it('are one for each, below the line of names, whatever nvidia-smi said between', () => {
    const row = (time: string, gpu: number, value: number): string =>
      `${time}, ${gpu}, GPU-${gpu}, A100, ${value}`
    const names = 'timestamp, index, uuid, name, utilization.gpu [%]'
    const gpu = ['oops', names, row('t1', 0, 1), row('t1', 1, 2), 'Unable, to', names, row('t2', 0, 3), '']
    const told = tellRecent(folderWith({ 'gpu.csv': gpu.join('\n') }))
    expect(textOf(told, 'recent_gpu')).toBe(`${names}\n${row('t2', 0, 3)}\n${row('t1', 1, 2)}\n`)
  })
})

const SHELLS = [
  { name: 'dash', words: ['dash'] },
  { name: 'bash', words: ['bash', '--posix'] },
  { name: 'busybox', words: ['busybox', 'sh'] },
] as const
const HEADER_NAMES = /^# /

describeWith('sar', 'the last samples of sadc', () => {
  let bytes: Buffer
  let folder: string
  const sadf = (): readonly string[] => {
    const said = spawnSync('sadf', ['-d', './sa.bin', '--', '-u', '-r', '-n', 'DEV'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    return said.stdout.trimEnd().split('\n')
  }

  beforeAll(() => {
    const sadc = ['/usr/lib/sysstat/sadc', '/usr/lib64/sa/sadc', '/usr/lib/sa/sadc']
    const program = sadc.find((path) => existsSync(path)) ?? 'sadc'
    folder = mkdtempSync(join(root, 'sar-'))
    const env = { ...process.env, TZ: 'UTC' }
    spawnSync(program, ['-S', SADC_ACTIVITIES, '1', '4', './sa.bin'], { cwd: folder, env })
    bytes = readFileSync(join(folder, 'sa.bin'))
  })

  /** The rows that sadf makes of the whole file, of each section only those of the last stamp. */
  const lastRows = (): readonly string[] => {
    const all = sadf()
    const stamp = all.at(-1)?.split(';')[2] ?? ''
    return all.filter((line) => HEADER_NAMES.test(line) || line.split(';')[2] === stamp)
  }

  it.each(SHELLS.filter(({ name }) => needs(name)))(
    'are what sadf says of the whole file, in $name',
    ({ words }) => {
      const told = tellRecent(folder, words)
      expect(textOf(told, 'recent_sar').trimEnd().split('\n')).toEqual(lastRows())
      expect(lastRows().length).toBeGreaterThanOrEqual(6)
      expect(told.count).toBe('4')
      expect(readdirSync(folder)).toEqual(['sa.bin'])
    },
  )

  it('are found and counted in a file of a day without reading it all', () => {
    const long = repeated(bytes, 86_400)
    const place = folderWith({ 'sa.bin': long })
    const beganMs = performance.now()
    const told = tellRecent(place)
    const tookMs = performance.now() - beganMs
    expect(told.count).toBe('86400')
    expect(textOf(told, 'recent_sar').split('\n').at(1)).toBe(lastRows()[1])
    // sadf alone takes 0.6 s for each of the four things that are asked.
    expect(tookMs).toBeLessThan(1000)
    rmSync(place, { recursive: true })
  })

  it('leave out a record that is still being written', () => {
    const cut = folderWith({ 'sa.bin': bytes.subarray(0, bytes.length - 100) })
    const told = tellRecent(cut)
    const rows = textOf(told, 'recent_sar').trimEnd().split('\n')
    const before = sadf().filter((line) => line.includes(';-1;'))
    expect(rows[1]).toBe(before.at(-2))
    expect(told.count).toBe('3')
  })

  it('come from the whole file where od is missing, and the count is left to others', () => {
    const told = tellRecent(folder, ['sh'], 'od() { return 127; }')
    expect(textOf(told, 'recent_sar').trimEnd().split('\n')).toEqual(lastRows())
    expect(told.count).toBe('')
  })

  it('are none where there is one record, or none', () => {
    const { head, size } = layoutOf(bytes)
    const one = tellRecent(folderWith({ 'sa.bin': bytes.subarray(0, head + size) }))
    expect(
      textOf(one, 'recent_sar')
        .split('\n')
        .filter((line) => line !== '' && !HEADER_NAMES.test(line)),
    ).toEqual([])
    expect(tellRecent(folderWith({ 'sa.bin': '' })).facts).toEqual([])
  })
})

/** Where the records of this file begin and how long each is, by the four epoch seconds that follow each other. */
function layoutOf(bytes: Buffer): { readonly head: number; readonly size: number } {
  const nowSec = Math.floor(Date.now() / 1000)
  const found: number[] = []
  for (let at = 8; at + 16 < bytes.length; at += 4) {
    const seconds = Number(bytes.readBigUInt64LE(at))
    if (Math.abs(seconds - nowSec) < 100 && bytes[at + 12] === 1) found.push(at - 8)
  }
  const [head = 0, second = 0] = found
  return { head, size: second - head }
}

/** The file with its own records again and again, and the last two at its end. */
function repeated(bytes: Buffer, count: number): Buffer {
  const { head, size } = layoutOf(bytes)
  const records = Array.from({ length: 4 }, (_, at) =>
    bytes.subarray(head + at * size, head + (at + 1) * size),
  )
  const all = Array.from({ length: count }, (_, at) => records[4 - ((count - at - 1) % 4) - 1] as Buffer)
  return Buffer.concat([bytes.subarray(0, head), ...all])
}
