import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type ParsedKey } from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hold, Identities } from '../../../src/remote/ssh/identities.js'
import { hop } from './hop.js'
import { ed25519Pair } from './keys.js'

const SECRET = 'open sesame'
const publicKey = (text: string): ParsedKey => {
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw key
  return key
}
const [one, two, held] = [ed25519Pair(), ed25519Pair(SECRET), ed25519Pair()]
const old = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs1',
  format: 'pem',
  cipher: 'aes-128-cbc',
  passphrase: SECRET,
})
const noHold: Hold = (waiting) => waiting

describe('the keys of a login', () => {
  let folder: string
  const path = (name: string): string => join(folder, name)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clusterp-ids-'))
    await writeFile(path('one'), one.private)
    await writeFile(path('two'), two.private)
    await writeFile(path('old'), old)
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Keys with an agent that holds `agentKeys`, and answers to passphrase prompts in order. */
  function identitiesWith(agentKeys: readonly string[], answers: readonly string[] | null) {
    const questions: string[] = []
    const identities = new Identities(
      { keysOf: async () => agentKeys.map(publicKey) },
      {
        isTerminal: answers !== null,
        ask: async ({ text, isSecret }) => {
          questions.push(`${isSecret} ${text}`)
          const answer = answers?.[questions.length - 1]
          if (answer === undefined) throw new Error(`asked too often: ${text}`)
          return answer
        },
      },
    )
    return { identities, questions }
  }
  const settings = (files: readonly string[], identitiesOnly = false) =>
    hop('node1', { identityFiles: files.map(path), identitiesOnly, identityAgent: '/agent' }).settings

  it('are the files in order, then what else the agent holds', async () => {
    const { identities } = identitiesWith([held.public, two.public], null)
    const { identities: list } = await identities.forHost(settings(['two', 'missing', 'one']), noHold)
    expect(list.map(({ kind, label }) => `${kind} ${label}`)).toEqual([
      `signer ${path('two')} (agent)`,
      `key ${path('one')}`,
      'signer ssh-ed25519 (agent)',
    ])
  })

  it('are only the files with IdentitiesOnly', async () => {
    const { identities } = identitiesWith([held.public, two.public], null)
    const { identities: list } = await identities.forHost(settings(['two'], true), noHold)
    expect(list.map(({ label }) => label)).toEqual([`${path('two')} (agent)`])
  })

  it('cost a prompt only when one is to sign, and none from then on', async () => {
    const { identities, questions } = identitiesWith([], ['wrong', SECRET])
    const { identities: list } = await identities.forHost(settings(['two']), noHold)
    expect(questions).toEqual([])
    const [identity] = list
    if (identity?.kind !== 'signer') throw new Error('no signer')
    const data = Buffer.from('data')
    const [signature, other] = await Promise.all([identity.sign(data, null), identity.sign(data, null)])
    expect(publicKey(two.public).verify(data, signature)).toBe(true)
    expect(other).toEqual(signature)
    expect(questions).toEqual([
      `true passphrase of ${path('two')}: `,
      `true wrong, once more: passphrase of ${path('two')}: `,
    ])
    const again = await identities.forHost(settings(['two']), noHold)
    expect(again.identities[0]?.kind).toBe('key')
  })

  it('are given up after three wrong passphrases, or none', async () => {
    const data = Buffer.from('data')
    for (const answers of [['a', 'b', 'c'], ['']]) {
      const { identities, questions } = identitiesWith([], answers)
      for (const _host of [1, 2]) {
        const { identities: list } = await identities.forHost(settings(['two']), noHold)
        const [identity] = list
        if (identity?.kind !== 'signer') throw new Error('no signer')
        await expect(identity.sign(data, null)).rejects.toThrow('its passphrase was not given')
      }
      expect(questions).toHaveLength(answers.length)
    }
  })

  it('come last, with the clock stopped, when only the passphrase tells which key it is', async () => {
    const { identities } = identitiesWith([held.public], [SECRET])
    let holds = 0
    const hold: Hold = (waiting) => {
      holds++
      return waiting
    }
    const { identities: list } = await identities.forHost(settings(['old', 'one']), hold)
    expect(list.map(({ label }) => label)).toEqual([path('one'), 'ssh-ed25519 (agent)', path('old')])
    expect(holds).toBe(1)
  })

  it('that are encrypted are left out without a terminal, with a word of ssh-add', async () => {
    const { identities } = identitiesWith([], null)
    const { identities: list, notes } = await identities.forHost(settings(['old']), noHold)
    expect(list).toEqual([])
    expect(notes).toEqual([expect.stringContaining(`ssh-add ${path('old')}`)])
  })
})
