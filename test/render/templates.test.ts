import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ClusterpError, ParseError } from '../../src/errors.js'
import { loadTemplate } from '../../src/render/templates.js'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clusterp-test-'))
  mkdirSync(join(folder, 'templates'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('loadTemplate', () => {
  it('takes the package’s own without one in the working directory', async () => {
    const template = await loadTemplate('lines', folder)
    expect(template.json.$schema).toContain('vega-lite')
  })

  it('lets the working directory win', async () => {
    writeFileSync(join(folder, 'templates', 'lines.json'), '{"mine": true}')
    const template = await loadTemplate('lines', folder)
    expect(template).toEqual({ path: join(folder, 'templates', 'lines.json'), json: { mine: true } })
  })

  it('names the file that is broken', async () => {
    const path = join(folder, 'templates', 'lines.json')
    for (const text of ['{"a": ', '[]', 'null']) {
      writeFileSync(path, text)
      await expect(loadTemplate('lines', folder)).rejects.toThrow(ParseError)
      await expect(loadTemplate('lines', folder)).rejects.toThrow(path)
    }
  })

  it('says so when there is no such template at all', async () => {
    await expect(loadTemplate('nothing', folder)).rejects.toThrow(ClusterpError)
  })
})
