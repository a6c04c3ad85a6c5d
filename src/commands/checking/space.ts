/** How much a session may write, on its nodes and here. */
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { NodeFacts } from '../../collectors/collector.js'
import { chooseCollector, chooseExtras } from '../../collectors/index.js'
import { hasCode } from '../../errors.js'
import type { Config } from '../../model.js'
import { recordCount } from '../starting/agree.js'

/** Bytes of one sample on a node's disk, what is recorded beside the collector included; 0 where nothing can be. */
function sampleBytes(config: Config, facts: NodeFacts): number {
  const { collector } = chooseCollector(config.collector, facts)
  if (collector === null) return 0
  return [collector, ...chooseExtras(config, facts)].reduce((sum, one) => sum + one.bytesPerSample(facts), 0)
}

/** Bytes that a node may hold before its lease ends. */
export function expectedBytes(config: Config, facts: NodeFacts): number {
  const count = recordCount(config.durationSec, config.intervalSec)
  return Math.min(config.maxSizeBytes, sampleBytes(config, facts) * count)
}

const SECONDS_PER_MINUTE = 60
const SECONDS_PER_HOUR = 3600
const SECONDS_PER_DAY = 86_400
/** Of the free space; the node has other things to write. */
const USABLE_SHARE = 0.8

/** The longest lease whose data fit, as config.yml takes it (`5h`); null when not even a minute does. */
export function fittingDuration(config: Config, facts: NodeFacts, freeBytes: number): string | null {
  const perSample = sampleBytes(config, facts)
  const seconds = Math.floor((USABLE_SHARE * freeBytes) / Math.max(1, perSample) - 1) * config.intervalSec
  const units = [
    { size: SECONDS_PER_DAY, letter: 'd' },
    { size: SECONDS_PER_HOUR, letter: 'h' },
    { size: SECONDS_PER_MINUTE, letter: 'm' },
  ]
  const unit = units.find(({ size }) => seconds >= size)
  const isLonger = unit === undefined || seconds < 2 * config.intervalSec
  return isLonger ? null : `${Math.floor(seconds / unit.size)}${unit.letter}`
}

/** Bytes free here for this user where a folder is, or will be made. */
export async function freeBytesAt(directory: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(directory)
    return bavail * bsize
  } catch (thrown) {
    const parent = dirname(directory)
    if (!hasCode(thrown, 'ENOENT') || parent === directory) throw thrown
    return freeBytesAt(parent)
  }
}
