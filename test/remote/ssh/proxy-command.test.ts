import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { CommandSocket, openProxyCommand } from '../../../src/remote/ssh/proxy-command.js'
import { parseSshConfig } from '../../../src/remote/ssh/ssh-config-text.js'
import { hop } from './hop.js'

const opened = async (command: string, changes: Parameters<typeof hop>[1] = {}): Promise<CommandSocket> => {
  const socket = await openProxyCommand(hop('alias', { hostName: 'node1', port: 2222, ...changes }), command)
  if (!(socket instanceof CommandSocket)) throw new Error('another kind of socket')
  return socket
}

/** State letter of a process as ps prints it; empty when there is none. */
const stateOf = (pid: number): string =>
  spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout

describe('a ProxyCommand', () => {
  it('is run as it is, its tokens having been filled in', async () => {
    const { proxyCommand } = parseSshConfig('proxycommand echo %h 100%%n', {
      home: '/home/me',
      user: 'me',
      vars: {},
      host: 'node1',
    })
    const socket = await opened(proxyCommand ?? '')
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toBe('node1 100%n\n')
  })

  it('is a socket in both directions', async () => {
    const socket = await opened('cat')
    socket.end('to and fro')
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toBe('to and fro')
    await once(socket, 'end')
  })

  it('keeps its last words and its code for messages', async () => {
    const socket = await opened("sh -c 'echo no route >&2; exit 3'")
    socket.resume()
    await once(socket, 'end')
    expect(socket.said).toBe('no route\n')
    expect(socket.exitCode).toBe(3)
  })

  it('ends with all that it started when the socket is destroyed', async () => {
    const socket = await opened("sh -c 'sleep 60 & echo $!; wait'")
    const [chunk] = await once(socket, 'data')
    const pid = Number(String(chunk))
    expect(stateOf(pid)).toMatch(/^S/)
    socket.destroy()
    await sleep(200)
    // A zombie has ended; whether it is reaped is up to process 1.
    expect(stateOf(pid)).toMatch(/^(Z|$)/)
  })

  it.each([
    ['a command in its host', { hostName: 'node1;reboot' }],
    ['an option as its host', { hostName: '-oProxyCommand=x' }],
    ['a variable as its user', { user: '$USER' }],
  ])('is not started with %s', async (_title, changes) => {
    await expect(opened('cat', changes)).rejects.toThrow('cannot stand in a ProxyCommand')
  })
})
