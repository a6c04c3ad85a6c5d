import { describe, expect, it } from 'vitest'
import { readStderr } from '../../src/remote/openssh/stderr.js'
import { slurmRefusal } from '../../src/remote/slurm-refusal.js'

const ADOPT = 'Access denied by pam_slurm_adopt: you have no active jobs on this node'

describe('a node that wants a Slurm job', () => {
  it.each([
    ADOPT,
    'Access denied: user ann (uid=1000) has no active jobs on this node.',
    `Welcome to the cluster\r\n${ADOPT}\r\n`,
  ])('is known by its words: %j', (said) => {
    const found = slurmRefusal(said)
    expect(found?.what).toMatch(
      /^the node lets only those in who have a Slurm job there: "Access denied.*node\.?"$/,
    )
    expect(found?.hint).toContain('salloc')
  })

  it('is not taken for one that says something else', () => {
    expect(slurmRefusal('Authorized users only. All jobs are logged on this node.')).toBeNull()
    expect(slurmRefusal('')).toBeNull()
  })

  it('is told before the closed connection that follows', () => {
    // As the ssh program of OpenSSH 9.2 printed it, with pam_echo and pam_deny in place of pam_slurm_adopt.
    const stderr = `${ADOPT}\nConnection closed by 10.77.0.11 port 22\n`
    const names = { byHand: 'ssh n1', gateway: null, refusals: [] }
    expect(readStderr(stderr, names, 'nothing said')).toMatchObject({
      what: expect.stringContaining('Slurm job'),
      hint: expect.stringContaining('salloc'),
      isTooMany: false,
    })
  })
})
