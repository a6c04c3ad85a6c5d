/** What this machine, the controller, has to have. */
import { asError } from '../../errors.js'
import type { Config, Outcome } from '../../model.js'
import { byteText } from '../phrases.js'
import { expectedBytes, freeBytesAt } from './space.js'
import type { SeenHost } from './together.js'
import { type NamedVerdict, ok, type Verdict, warn } from './verdict.js'

/** Raw text, CSVs and the kept binary of 21 samples came to 114 kB here for 50 kB expected on a node; plots come on top. */
const BYTES_HERE_PER_NODE_BYTE = 3

/** Without space here nothing is lost: the nodes keep their data until they were fetched whole. */
export async function judgeController(
  directory: string,
  config: Config,
  asked: readonly Outcome<SeenHost>[],
): Promise<readonly NamedVerdict[]> {
  const nodeBytes = asked.reduce(
    (sum, outcome) => sum + (outcome.ok ? expectedBytes(config, outcome.value.facts) : 0),
    0,
  )
  const need = BYTES_HERE_PER_NODE_BYTE * nodeBytes
  return [{ name: 'space here', ...(await judgeSpaceHere(directory, need)) }]
}

async function judgeSpaceHere(directory: string, need: number): Promise<Verdict> {
  try {
    const free = await freeBytesAt(directory)
    const text = `${byteText(free)} free at ${directory}, some ${byteText(need)} needed if the lease is used up`
    return free >= need
      ? ok(text)
      : warn(text, 'work on a larger disk: clusterp -C DIR start   or a shorter --duration')
  } catch (thrown) {
    return warn(`free space at ${directory} is not known: ${asError(thrown).message}`, null)
  }
}
