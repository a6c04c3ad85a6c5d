import { describe, expect, it } from 'vitest'
import { mistypedVariables } from '../../src/config/mistyped-variables.js'

const meantBy = (env: Record<string, string>) => mistypedVariables(env).map(({ meant }) => meant)

describe('a variable that looks like a setting', () => {
  it.each([
    ['CLUSTERP_INTERVALL', 'CLUSTERP_INTERVAL'],
    ['CLUSTERP_SSH_GATEWY', 'CLUSTERP_SSH_GATEWAY'],
    ['CLUSTERP_GATEWAY', 'CLUSTERP_SSH_GATEWAY'],
    ['CLUSTERP_PASSWORD', 'CLUSTERP_SSH_PASSWORD'],
    ['CLUSTERP_THEME', 'CLUSTERP_PLOT_THEME'],
  ])('%s is taken for %s', (name, meant) => {
    expect(mistypedVariables({ [name]: 'secret' })).toEqual([{ name, meant }])
  })

  it('is none where it is a setting, empty, ours or of something else', () => {
    const ours = { CLUSTERP_SESSION: '/x', CLUSTERP_MARKS: '/x/marks.jsonl', CLUSTERP_LOGGER: 'id' }
    expect(meantBy({ ...ours, CLUSTERP_INTERVAL: '1', CLUSTERP_PLOT_THEME: 'dark' })).toEqual([])
    expect(meantBy({ CLUSTERP_INTERVALL: '', CLUSTERP_NONSENSE: '1', OTHER_INTERVALL: '1' })).toEqual([])
    const ofTests = [
      'CLUSTERP_TEST_SKIPS',
      'CLUSTERP_SYSFS_ROOT',
      'CLUSTERP_PROCFS_ROOT',
      'CLUSTERP_GPU_WATCH',
    ]
    expect(meantBy(Object.fromEntries(ofTests.map((name) => [name, '1'])))).toEqual([])
  })
})
