import { describe, expect, it } from 'vitest'
import { installLine, isTool, needs, programPath, skippedSentence } from './needs.js'

describe('needs', () => {
  it('finds what every machine has, and nothing that none has', () => {
    expect(programPath('sh')).toMatch(/^\/.*\/sh$/)
    expect(programPath('no-such-program-anywhere')).toBeNull()
    expect(needs('dash') || programPath('dash') === null).toBe(true)
  })

  it('names each package once in the line that installs them', () => {
    expect(installLine(['sar', 'busybox', 'sar'])).toBe('apt-get install -y busybox sysstat')
    expect(installLine(['namespaces'])).toBeNull()
  })

  it('tells at the end what was skipped and how to have it', () => {
    expect(skippedSentence(['sar', 'gawk'])).toBe(
      'Tests were skipped: this machine has no sar, no gawk.\nTo run them too: apt-get install -y gawk sysstat',
    )
  })

  it('knows its tools by name', () => {
    expect(isTool('sar')).toBe(true)
    expect(isTool('toString')).toBe(false)
  })
})
