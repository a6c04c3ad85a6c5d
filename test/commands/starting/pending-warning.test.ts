import { describe, expect, it } from 'vitest'
import { pendingWarning } from '../../../src/commands/starting/pending-warning.js'
import { OLD_ID, sampleHost, sampleSession } from '../../session/sample.js'

describe('an earlier session in the way of a start', () => {
  const cleaned = { ...sampleHost('node1', 1), state: 'cleaned' as const }

  it('with data on a node is told with the way to them, whether the start succeeds or fails', () => {
    const hosts = [cleaned, { ...sampleHost('node2', 2), state: 'pending' as const }]
    expect(pendingWarning(sampleSession({ state: 'stopped', hosts }))).toEqual({
      kind: 'warning',
      text: `session ${OLD_ID} has data on node2 that were never fetched`,
      hint: `once this start records: clusterp -C sessions/${OLD_ID} stop   if it fails: clusterp stop`,
    })
  })

  it('of which everything was fetched is not worth a word', () => {
    expect(pendingWarning(sampleSession({ state: 'stopped', hosts: [cleaned] }))).toBeNull()
  })
})
