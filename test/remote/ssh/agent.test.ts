import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AgentDirectory } from '../../../src/remote/ssh/agent.js'

/** Connections by Unix sockets that keep this process alive. */
const keepingAlive = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'PipeWrap').length

describe('an agent that never answers', () => {
  let folder: string
  let server: Server
  let accepted: Promise<Socket>
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    folder = mkdtempSync(join(tmpdir(), 'clusterp-agent-'))
    accepted = new Promise((resolve) => {
      server = createServer((socket) => resolve(socket.unref())).unref()
    })
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve))
  })
  afterEach(() => {
    vi.useRealTimers()
    server.close()
    rmSync(folder, { recursive: true })
  })

  it('gives no keys, is told once, and does not keep the program alive', async () => {
    const warnings: string[] = []
    const directory = new AgentDirectory((warning) => warnings.push(warning))
    const before = keepingAlive()
    const path = join(folder, 'socket')
    const asked = [directory.keysOf(path), directory.keysOf(path)]
    const socket = await accepted
    await new Promise((resolve) => socket.once('data', resolve))
    await vi.advanceTimersByTimeAsync(5000)
    expect(await Promise.all(asked)).toEqual([[], []])
    expect(warnings).toEqual([`the ssh agent at ${path} gives no keys: no answer in 5 s`])
    expect(keepingAlive()).toBe(before)
    socket.destroy()
  })
})
