/** A binary file of sysstat that the node's sadf finds no rows in. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { VERSION_LINES, type VersionFact, versionProblem } from '../../src/collectors/sadf-versions.js'
import { sar } from '../../src/collectors/sar.js'
import { haltNode } from '../../src/remote/ask.js'
import { pullNode } from '../../src/remote/pull.js'
import { armCommand, CALL, type Finishing, type Links, liveNode, probe } from '../support/live-node.js'
import { describeWith } from '../support/needs.js'

/** Where a file's format and the version of its sadc stand. */
const FORMAT_AT = 2
const VERSION_AT = 4

function folderOf(context: Finishing): string {
  const folder = mkdtempSync(join(tmpdir(), 'clusterp-versions-'))
  context.onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A real file of this machine's sadc, of so many records. */
async function record(context: Finishing, count: number): Promise<Buffer> {
  const path = join(folderOf(context), 'sa.bin')
  const { sadcPath } = await probe(liveNode(context))
  execFileSync(sadcPath ?? 'sadc', ['-S', 'DISK', '1', String(count), path])
  return readFileSync(path)
}

/** What a node says of a file when it is fetched. */
async function factsOf(context: Finishing, file: Buffer, links: Links = {}): Promise<readonly VersionFact[]> {
  const node = liveNode(context, links)
  await armCommand(node, ['sleep', '300'])
  await haltNode(node.transport, node.place, CALL)
  writeFileSync(join(node.folder, 'sa.bin'), file)
  let facts: readonly VersionFact[] = []
  const nowhere = async () => ({
    write: async () => undefined,
    commit: async () => undefined,
    abort: async () => undefined,
  })
  const frames = await pullNode(
    node.transport,
    {
      place: node.place,
      frames: sar.frames,
      frameLines: sar.frameLines,
      factLines: VERSION_LINES,
      takeFacts: (said) => {
        facts = said
      },
      capBytes: 1 << 24,
      openTarget: nowhere,
    },
    CALL,
  )
  expect(frames).toHaveLength(sar.frames.length)
  return facts
}

describeWith('sar', 'a file of another sysstat', () => {
  it.concurrent('case 30: is told with both versions when sadf refuses it', async (context) => {
    const file = await record(context, 2)
    // Format 0x2171, sysstat 10.1.5.
    file.set([0x71, 0x21, 10, 1, 5], FORMAT_AT)
    expect(versionProblem(await factsOf(context, file))).toMatch(
      /^sadf of sysstat \d+\.\d+\.\d+ finds no rows in what sadc of sysstat 10\.1\.5 recorded/,
    )
  })

  it.concurrent('case 30: is told with both versions when sadf is silent and ends well', async (context) => {
    const silent = join(folderOf(context), 'sadf')
    writeFileSync(silent, '#!/bin/sh\n[ "$1" != -V ] || echo "sysstat version 12.2.0"\n')
    chmodSync(silent, 0o755)
    const file = await record(context, 2)
    file.set([12, 7, 2], VERSION_AT)
    expect(versionProblem(await factsOf(context, file, { sadf: silent }))).toMatch(
      /^sadf of sysstat 12\.2\.0 finds no rows in what sadc of sysstat 12\.7\.2 recorded/,
    )
  })

  it.concurrent('is not told where there are rows, nor where too little was recorded for one', async (context) => {
    const [rows, none] = [await record(context, 3), await record(context, 1)]
    expect(await factsOf(context, rows)).toEqual([])
    const facts = await factsOf(context, none)
    expect(facts.map(({ key }) => key)).toContain('file_head')
    expect(versionProblem(facts)).toBeNull()
  })
})
