import { describe, expect, it } from 'vitest'
import { warnOfMistypedVariables } from '../../src/cli/variables.js'
import type { ReportEvent } from '../../src/commands/context.js'

async function told(env: Record<string, string>): Promise<readonly ReportEvent[]> {
  const events: ReportEvent[] = []
  await warnOfMistypedVariables({ env, report: (event) => events.push(event) })
  return events
}

describe('a mistyped variable', () => {
  it('is warned about with the one that was meant, without its value', async () => {
    const text = 'CLUSTERP_INTERVALL is no setting and has no effect; did you mean CLUSTERP_INTERVAL?'
    expect(await told({ CLUSTERP_INTERVALL: '17' })).toEqual([{ kind: 'warning', text }])
  })

  it('is not told again inside the job that `run` started', async () => {
    expect(await told({ CLUSTERP_INTERVALL: '17', CLUSTERP_SESSION: '/x' })).toEqual([])
  })
})
