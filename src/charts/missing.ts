/** Says what is not drawn, and why. */
import { CATALOGUE, isPerDevice, type PlotKind, plotName } from './catalogue.js'
import type { CollectedSeries } from './collect.js'
import { groupBy, listSome, matchesOnly, matchesPattern } from './select.js'

/** A plot that was asked for, but for which nothing was measured. */
export interface UndrawnPlot {
  readonly resource: string
  readonly path: string
}

/**
 * Plots that were asked for, but nothing was measured. Devices that no table holds are not missed here, nor is the plot
 * of all devices of a kind that no host has.
 */
export function findUndrawn(
  collected: readonly CollectedSeries[],
  drawn: ReadonlySet<string>,
  only: readonly string[] | undefined,
): readonly UndrawnPlot[] {
  const plain = CATALOGUE.filter(
    (kind) => !isPerDevice(kind) && (kind.lines === 'host' || only !== undefined),
  ).map((kind) => ({ kind, alias: null }))
  const expected = [...plain, ...collected].map((one) => ({ resource: one.kind.resource, path: pathOf(one) }))
  return expected.filter(({ path }) => !drawn.has(path) && matchesOnly(path, only))
}

/** One sentence per resource; without names where not a single plot of the resource is drawn. */
export function describeMissing(
  undrawn: readonly UndrawnPlot[],
  drawn: ReadonlySet<string>,
  isAllAskedFor: boolean,
): readonly string[] {
  return [...groupBy(undrawn, (one) => one.resource)].map(([resource, plots]) => {
    const isWhole = isAllAskedFor && ![...drawn].some((path) => path.startsWith(`${resource}/`))
    const names = [...new Set(plots.map((one) => one.path.slice(resource.length + 1)))]
    return isWhole
      ? `${resource}: nothing was measured`
      : `${resource}: nothing was measured for ${listSome(names)}`
  })
}

/** `resource/name` of the plot that a series belongs to. */
export function pathOf(one: { readonly kind: PlotKind; readonly alias: string | null }): string {
  return `${one.kind.resource}/${plotName(one.kind, one.alias)}`
}

/** Choices that mean no plot there is. */
export function unmatched(only: readonly string[] | undefined, known: readonly string[]): readonly string[] {
  const strangers = (only ?? []).filter((pattern) => !known.some((path) => matchesPattern(path, pattern)))
  return strangers.map((pattern) => `there is no plot "${pattern}"`)
}
