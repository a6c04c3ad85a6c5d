import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import type { Client } from 'ssh2'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Connection } from '../../../src/remote/ssh/connection.js'

/** A client that is logged in and says nothing by itself. */
class QuietClient extends EventEmitter {
  ends = 0
  end(): void {
    this.ends++
  }
}

describe('a connection', () => {
  let client: QuietClient
  let socket: PassThrough
  let connection: Connection
  beforeEach(() => {
    vi.useFakeTimers()
    client = new QuietClient()
    socket = new PassThrough()
    connection = new Connection(client as unknown as Client, socket)
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is ended when no byte came for 20 s', async () => {
    await vi.advanceTimersByTimeAsync(24_999)
    expect(connection.lostReason).toBeNull()
    expect(socket.destroyed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(connection.lostReason).toBe('no byte came for 20 s')
    expect(socket.destroyed).toBe(true)
    await connection.gone
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lives as long as something comes, however little', async () => {
    for (let seconds = 0; seconds < 120; seconds += 15) {
      socket.write('.')
      await vi.advanceTimersByTimeAsync(15_000)
    }
    expect(connection.lostReason).toBeNull()
  })

  it('is not ended because the controller was asleep', async () => {
    // A laptop that wakes up finds one tick due, however long it slept.
    vi.setSystemTime(Date.now() + 3_600_000)
    await vi.advanceTimersByTimeAsync(5000)
    expect(connection.lostReason).toBeNull()
  })

  it('keeps the first reason for its end', async () => {
    client.emit('error', new Error('read ECONNRESET'))
    client.emit('close')
    await connection.gone
    expect(connection.lostReason).toBe('read ECONNRESET')
  })

  it('survives an error event that nobody waits for', () => {
    expect(() => client.emit('error', new Error('late'))).not.toThrow()
  })

  it('is closed by half a second when the other side does not answer', async () => {
    const closing = connection.close()
    expect(client.ends).toBe(1)
    await vi.advanceTimersByTimeAsync(499)
    expect(socket.destroyed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await closing
    expect(socket.destroyed).toBe(true)
    await connection.close()
    expect(client.ends).toBe(1)
  })
})
