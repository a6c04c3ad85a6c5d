import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { asError, hasCode } from '../../errors.js'
import { hashedName, type KnownHostLine, knownHostLine, parseKnownHosts } from './known-hosts.js'

const SALT_BYTES = 20

interface LoadedFile {
  readonly lines: KnownHostLine[]
  readonly isHashed: boolean
  /** Number that the next line has. */
  nextLine: number
}

/** What a host key is written as: `name` is what it was looked up as. */
export interface NewKey {
  readonly file: string
  readonly name: string
  readonly keyType: string
  readonly key: Buffer
}

/** The known_hosts files of a command: each read once, and written by one writer at a time. */
export class KnownHostsStore {
  readonly #report: (warning: string) => void
  readonly #files = new Map<string, Promise<LoadedFile>>()
  #lastWrite: Promise<unknown> = Promise.resolve()

  constructor(report: (warning: string) => void) {
    this.#report = report
  }

  /** Lines of all these files, in order; one that does not exist has none. */
  async linesOf(files: readonly string[]): Promise<KnownHostLine[]> {
    const loaded = await Promise.all(files.map((file) => this.#load(file)))
    return loaded.flatMap(({ lines }) => lines)
  }

  /** Adds a key that the server has proved to hold; false when another login has added it meanwhile. */
  add(key: NewKey): Promise<boolean> {
    const write = this.#lastWrite.then(() => this.#write(key))
    this.#lastWrite = write.catch(() => undefined)
    return write
  }

  #load(file: string): Promise<LoadedFile> {
    const known = this.#files.get(file)
    if (known !== undefined) return known
    const loading = this.#read(file)
    this.#files.set(file, loading)
    return loading
  }

  async #read(file: string): Promise<LoadedFile> {
    try {
      const text = await readFile(file, 'utf8')
      const lines = parseKnownHosts(text, file)
      const isHashed = lines.some((line) => line.names.startsWith('|'))
      return { lines, isHashed, nextLine: text.replace(/\n$/, '').split('\n').length + 1 }
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) {
        this.#report(`${file} cannot be read, so its host keys count as unknown: ${asError(error).message}`)
      }
      return { lines: [], isHashed: false, nextLine: 1 }
    }
  }

  async #write({ file, name, keyType, key }: NewKey): Promise<boolean> {
    const loaded = await this.#load(file)
    const { lines, isHashed } = loaded
    const base64 = key.toString('base64')
    // Lines added here are kept under their plain name, so that they are found again whatever the file holds.
    if (lines.some((line) => line.names === name && line.key === base64)) return false
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const names = isHashed ? hashedName(name, randomBytes(SALT_BYTES)) : name
    const start = (await endsInMidLine(file)) ? '\n' : ''
    // The whole line in one append: another program that appends cannot come between.
    await appendFile(file, `${start}${names} ${keyType} ${base64}\n`, { mode: 0o600 })
    const line = loaded.nextLine++
    lines.push(knownHostLine({ file, line, marker: null, names: name, keyType, key: base64 }))
    return true
  }
}

/** True when the file's last line has no end. */
async function endsInMidLine(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'r')
    try {
      const { size } = await handle.stat()
      if (size === 0) return false
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
      return buffer[0] !== 10
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}
