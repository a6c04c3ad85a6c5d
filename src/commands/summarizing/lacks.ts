/** What is missing: hosts, stretches of time, and what was not measured. */
import type { Finding } from '../../analysis/finding.js'
import { figure, shareText } from '../../analysis/wording.js'
import { hostsText, type SummaryFrame } from './frame.js'
import { resourceName } from './sentence.js'

/** Gaps of more hosts than this are told together. */
const MOST_GAPS = 3
const MOST_HOSTS = 3

/** Hosts that failed or are partial, gaps, restarts and clock steps. */
export function troubleLines(frame: SummaryFrame): readonly string[] {
  return [...failedLines(frame), ...gapLines(frame), ...eventLines(frame)]
}

function failedLines(frame: SummaryFrame): readonly string[] {
  const { failedHosts } = frame.analysis
  const linesOf = (isAbsent: boolean): readonly string[] => {
    const hosts = failedHosts.filter((failed) => failed.isAbsent === isAbsent)
    if (hosts.length === 0) return []
    const what = isAbsent ? 'No data of' : 'Not whole:'
    if (hosts.length > MOST_HOSTS)
      return [
        `${what} ${hosts.length} nodes (${hostsText(
          frame,
          hosts.map(({ host }) => host),
        )})`,
      ]
    return [`${what} ${hosts.map(({ host, reason }) => `${frame.nameOf(host)} (${reason})`).join(', ')}`]
  }
  return [...linesOf(true), ...linesOf(false)]
}

function gapLines(frame: SummaryFrame): readonly string[] {
  const { gaps } = frame.analysis
  const hosts = [...new Set(gaps.flatMap((gap) => gap.hosts))]
  if (gaps.length <= MOST_GAPS) {
    return gaps.map((gap) => `Gap: ${hostsText(frame, gap.hosts)}: ${gap.text}`)
  }
  const worst = gaps.reduce((most, gap) => (gap.value > most.value ? gap : most))
  return [
    `Gaps on ${hosts.length} of ${frame.hostCount} nodes (${hostsText(frame, hosts)}): up to ${figure(worst.value)} s without samples (${hostsText(frame, worst.hosts)}), ${shareText(worst.share ?? 0)} of the run`,
  ]
}

function eventLines(frame: SummaryFrame): readonly string[] {
  const { findings, gaps } = frame.analysis
  return findings
    .filter((finding) => finding.kind === 'clock' || (finding.kind === 'gap' && !gaps.includes(finding)))
    .slice(0, MOST_GAPS)
    .map((finding) => `${hostsText(frame, finding.hosts)}: ${finding.text}`)
}

/** What was not measured, in one line if it can be. */
export function lacksLines(frame: SummaryFrame): readonly string[] {
  const { notMeasured } = frame.analysis
  const isPlain = ({ resource, text, hosts }: Finding): boolean =>
    resource !== null && text === `no ${resource} data` && hosts.length === frame.hostCount
  const plain = notMeasured
    .filter(isPlain)
    .flatMap(({ resource }) => (resource === null ? [] : [resourceName(resource)]))
  const others = notMeasured.filter((finding) => !isPlain(finding))
  const texts = others.map((finding) => {
    const on = finding.hosts.length === frame.hostCount ? '' : ` (${hostsText(frame, finding.hosts)})`
    return `${finding.text}${on}`
  })
  const all = [...plain, ...texts]
  return all.length === 0 ? [] : [`Not measured: ${all.join('; ')}`]
}
