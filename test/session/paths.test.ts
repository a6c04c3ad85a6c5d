import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SessionError } from '../../src/errors.js'
import { fileNameProblem, sessionPaths } from '../../src/session/paths.js'

describe('sessionPaths', () => {
  const paths = sessionPaths('/work dir/größe')

  it.each([
    [paths.config, 'config.yml'],
    [paths.log, 'clusterp.log'],
    [paths.session, 'session.json'],
    [paths.starting, 'session.starting.json'],
    [paths.sessionFile('session.starting.json'), 'session.starting.json'],
    [paths.lock, 'session.lock'],
    [paths.marks, 'marks.jsonl'],
    [paths.report, 'report.html'],
    [paths.rawFile('gpu-processes', 'node1:2222'), 'raw/gpu-processes/node1:2222'],
    [paths.coresFile('node1'), 'raw/cpu-cores/node1'],
    [paths.sysstatFile('node1'), 'raw/sysstat/node1.sa.gz'],
    [paths.metaFile('node1'), 'raw/meta/node1.json'],
    [paths.parsedFile('cpu', 'node1:2222'), 'parsed/cpu/node1:2222.csv'],
    [paths.plotFile('disk', 'sda_read', 'svg'), 'plot/disk/sda_read.svg'],
    [paths.plotFile(null, 'overview', 'png'), 'plot/overview.png'],
    [paths.archived('20260314-092653-0badcafe'), 'sessions/20260314-092653-0badcafe'],
  ])('%s is the working directory with %s', (path, expected) => {
    expect(path).toBe(join('/work dir/größe', expected))
  })

  it('makes a relative directory absolute', () => {
    expect(sessionPaths('.').directory).toBe(resolve('.'))
  })

  it.each(['../../etc/passwd', 'a/b', '..', '.', '', 'a..b', 'node\n1', 'node\u007f', '.hidden'])(
    'refuses the host name %j',
    (name) => {
      expect(() => paths.rawFile('cpu', name)).toThrow(SessionError)
      expect(() => paths.metaFile(name)).toThrow(SessionError)
    },
  )

  it.each(['node1', 'node1:2222', '10.0.0.1', '[fe80::1]:22', 'größe', 'a b'])(
    'takes the name %j',
    (name) => {
      expect(fileNameProblem(name)).toBeNull()
    },
  )
})
