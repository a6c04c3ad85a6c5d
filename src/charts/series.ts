/** How the series of a plot are called and coloured. */
import type { PlotKind } from './catalogue.js'
import type { CollectedSeries } from './collect.js'
import { deviceStyle, hostStyle, type SeriesStyle } from './colors.js'
import type { ChartContext } from './context.js'
import type { PlotSeries } from './frame.js'
import { groupBy } from './select.js'

/** The series of one plot with their labels and colours, in the same order. */
export function styledSeries(
  context: ChartContext,
  kind: PlotKind,
  collected: readonly CollectedSeries[],
  hostLabels: readonly string[],
): readonly PlotSeries[] {
  const labels = labelSeries(collected, hostLabels)
  const styles = styleSeries(context, kind, collected)
  return collected.map(({ hostIndex, reducer }, index) => ({
    host: context.hosts[hostIndex]?.name ?? '',
    hostLabel: hostLabels[hostIndex] ?? '',
    label: labels[index] ?? '',
    ...(styles[index] ?? hostStyle(hostIndex, context.theme)),
    reducer,
  }))
}

/** The host's colour; where each device has a line, the devices of a host differ in dash and shade. */
function styleSeries(
  context: ChartContext,
  kind: PlotKind,
  collected: readonly CollectedSeries[],
): readonly SeriesStyle[] {
  const { hosts, theme } = context
  const isOneHost = new Set(collected.map((one) => one.hostIndex)).size === 1
  const met = new Map<number, number>()
  return collected.map(({ hostIndex }) => {
    const place = hosts[hostIndex]?.place ?? hostIndex
    const rank = met.get(hostIndex) ?? 0
    met.set(hostIndex, rank + 1)
    if (kind.lines === 'host') return hostStyle(place, theme)
    return isOneHost ? hostStyle(rank, theme) : deviceStyle(place, rank, theme)
  })
}

/** The host's label; with the device's name where a host has several lines in one chart. */
function labelSeries(
  collected: readonly CollectedSeries[],
  hostLabels: readonly string[],
): readonly string[] {
  const byHost = groupBy(collected, (one) => String(one.hostIndex))
  return collected.map((one) => {
    const label = hostLabels[one.hostIndex] ?? ''
    if (one.kind.lines === 'device') return `${label}/${one.deviceAlias ?? ''}`
    return (byHost.get(String(one.hostIndex))?.length ?? 1) > 1 ? `${label} ${one.device ?? ''}` : label
  })
}

/** The only host by its label, several by their number; with the number of devices where each has a line. */
export function whoIsDrawn(
  kind: PlotKind,
  collected: readonly CollectedSeries[],
  hostLabels: readonly string[],
): string {
  const [first = 0, ...others] = new Set(collected.map((one) => one.hostIndex))
  const hosts = others.length === 0 ? (hostLabels[first] ?? '') : `${others.length + 1} hosts`
  if (kind.lines === 'host') return hosts
  return `${hosts} · ${collected.length} ${kind.resource.toUpperCase()}${collected.length === 1 ? '' : 's'}`
}
