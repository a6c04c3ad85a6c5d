import type { LoggerEnd } from '../../model.js'
import type { FoundFile, FoundLogger, Halted } from '../../remote/ask.js'

/**
 * Why a logger was gone before it was stopped; `stopped` when it was not. No exit code is kept on the node: the causes are
 * looked for in this order: another boot, the end of the lease (the renewed one, else `leaseSec` after the first record), a file at its limit, and
 * else it died.
 */
export function loggerEnd(
  logger: FoundLogger,
  node: Pick<Halted, 'bootId' | 'uptimeSec' | 'files' | 'leaseEndUptimeSec'>,
  leaseSec: number,
): LoggerEnd {
  if (logger.isAlive) return 'stopped'
  if (logger.bootId !== node.bootId) return 'rebooted'
  const leaseEndSec = node.leaseEndUptimeSec ?? logger.targetUptimeSec + leaseSec
  if (node.uptimeSec >= leaseEndSec) return 'lease ended'
  const isFull = (file: FoundFile): boolean => logger.limitBytes > 0 && file.bytes >= logger.limitBytes
  return node.files.some(isFull) ? 'max_size' : 'died'
}

/** Less than a record of a large node. */
const FULL_DISK_BYTES = 65_536

/** A sentence for each logger that was gone early; what it said last is quoted. */
export function endProblems(halted: Halted, leaseSec: number): readonly string[] {
  return halted.loggers.flatMap((logger) => {
    const end = loggerEnd(logger, halted, leaseSec)
    if (end === 'stopped') return []
    const said = halted.lastWords[logger.name] ?? ''
    const full = halted.freeBytes !== null && halted.freeBytes < FULL_DISK_BYTES ? '; its disk is full' : ''
    const tail = end === 'died' ? `${said === '' ? '' : `, saying: ${said}`}${full}` : ''
    return [`${SENTENCES[end].replace('LOGGER', logger.name)}${tail}`]
  })
}

const SENTENCES: Readonly<Record<Exclude<LoggerEnd, 'stopped'>, string>> = {
  rebooted: 'the node was rebooted while LOGGER was recording; what was recorded before is kept',
  'lease ended': 'the lease ended before stop: LOGGER stopped recording (raise duration in config.yml)',
  max_size: 'LOGGER reached max_size and stopped recording (raise max_size or interval in config.yml)',
  died: 'LOGGER died before it was stopped',
}
