import { describe, expect, it } from 'vitest'
import { folderName, placeFromPath, placeVariables, remotePathOf } from '../../src/remote/place.js'

const SESSION = '20261120-091500-0a1b2c3d'

describe('folderName', () => {
  it('is the number and the host', () => {
    expect(folderName(12, 'node-01.cluster.example')).toBe('12-node-01.cluster.example')
  })

  it.each([
    ['node1:2222', '1-node1_2222'],
    ['../../etc', '1-.._.._etc'],
    ["a b'$(id)*", '1-a_b___id__'],
    ['é\n', '1-__'],
  ])('makes one harmless name of %j', (host, folder) => {
    expect(folderName(1, host)).toBe(folder)
  })

  it('stays far below the 255 bytes of a file name', () => {
    expect(folderName(1000, 'x'.repeat(300))).toBe(`1000-${'x'.repeat(60)}`)
  })
})

describe('placeFromPath', () => {
  it.each(['/var/tmp', '/', '/scratch/clusterp-1000/a b/c'])(
    'finds the place again that remotePathOf wrote down, below %s',
    (remoteDir) => {
      const place = { remoteDir, sessionId: SESSION, number: 7, folder: '7-node7' }
      expect(placeFromPath(remotePathOf(place, 1000), 7)).toEqual(place)
    },
  )

  it('writes the path that the node uses', () => {
    const place = { remoteDir: '/var/tmp', sessionId: SESSION, number: 7, folder: '7-node7' }
    expect(remotePathOf(place, 1000)).toBe(`/var/tmp/clusterp-1000/${SESSION}/7-node7`)
    expect(remotePathOf({ ...place, remoteDir: '/' }, 0)).toBe(`/clusterp-0/${SESSION}/7-node7`)
  })

  it.each([
    '',
    '/',
    '/var/tmp',
    'var/tmp/clusterp-1000/s/1-a',
    '/var/tmp/clusterp-1000/s',
    '/var/tmp/clusterp-root/s/1-a',
    '/var/tmp/clusterp-1000/s/1-a/deeper',
    '/var/tmp/clusterp-1000//1-a',
  ])('is null for %j, which is no folder of a session', (path) => {
    expect(placeFromPath(path, 1)).toBeNull()
  })
})

describe('placeVariables', () => {
  it('names what the scripts read', () => {
    expect(placeVariables({ remoteDir: '/t', sessionId: SESSION, number: 3, folder: '3-c' })).toEqual({
      remote_dir: '/t',
      session: SESSION,
      number: '3',
      folder: '3-c',
    })
  })
})
