/** Whether differences lie beyond chance: Wilcoxon's signed-rank test, exact, and Holm's correction. */

/** What came of a signed-rank test. */
export interface SignedRank {
  /** Differences that are not 0: those that were ranked. */
  readonly count: number
  /** Sums of the ranks of the differences above and below 0. */
  readonly positive: number
  readonly negative: number
  /** Two-sided; 1 when every difference is 0. */
  readonly p: number
}

/**
 * Wilcoxon's signed-rank test (F. Wilcoxon, Biometrics Bulletin 1, 1945, 80–83): differences of 0 are left out, equal
 * ones share the mean of their ranks. `p` is exact, also with equal ones: the share of all ways to give the ranks signs
 * whose smaller sum is no larger than the one found.
 */
export function signedRank(differences: readonly number[]): SignedRank {
  const ranked = differences.filter((difference) => difference !== 0)
  // Twice the ranks: a shared rank such as 2.5 stays whole.
  const doubled = doubledRanks(ranked.map(Math.abs))
  const total = sum(doubled)
  const positive = sum(doubled.filter((_, index) => (ranked[index] ?? 0) > 0))
  const smaller = Math.min(positive, total - positive)
  const ways = waysToSum(doubled)
  let extreme = 0
  for (let value = 0; value <= smaller; value++) extreme += ways[value] ?? 0
  const p = Math.min(1, (2 * extreme) / 2 ** ranked.length)
  return { count: ranked.length, positive: positive / 2, negative: (total - positive) / 2, p }
}

/** The smallest two-sided p that so many differences can give: all of one sign. */
export function smallestP(count: number): number {
  return Math.min(1, 2 / 2 ** count)
}

/** So many differences are needed before p can reach `level`. */
export function countNeeded(level: number): number {
  return Math.ceil(1 - Math.log2(level) - ROUNDING)
}

const ROUNDING = 1e-9

/**
 * Holm's step-down correction (S. Holm, Scandinavian Journal of Statistics 6, 1979, 65–70): p values that, compared with
 * a level, keep the chance of even one false find among all of them below it, however they depend on each other.
 */
export function holm(ps: readonly number[]): readonly number[] {
  const order = ps.map((_, index) => index).sort((a, b) => (ps[a] ?? 1) - (ps[b] ?? 1))
  const adjusted = ps.map(() => 1)
  let highest = 0
  order.forEach((index, rank) => {
    highest = Math.max(highest, (ps.length - rank) * (ps[index] ?? 1))
    adjusted[index] = Math.min(1, highest)
  })
  return adjusted
}

/**
 * The largest set of tests each of which could still pass Holm's correction among the set: those with the most
 * differences. A test with too few of them cannot find anything and would only make the others blind (the thought of
 * R. E. Tarone, Biometrics 46, 1990, 515–522). `counts` are differences per test; true: in the set. It looks at no
 * outcome, so the correction among the set holds.
 */
export function withEnough(counts: readonly number[], level: number): readonly boolean[] {
  const reaching = (least: number): number => counts.filter((count) => count >= least).length
  const leasts = [...new Set(counts)].sort((a, b) => a - b)
  const least = leasts.find((one) => smallestP(one) <= level / reaching(one))
  return counts.map((count) => least !== undefined && count >= least)
}

/** Ranks times two, equal values sharing the mean of theirs. */
function doubledRanks(sizes: readonly number[]): readonly number[] {
  const order = sizes.map((_, index) => index).sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0))
  const ranks = sizes.map(() => 0)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to + 1 < order.length && sizes[order[to + 1] ?? 0] === sizes[order[from] ?? 0]) to++
    // Ranks from + 1 to to + 1: twice their mean is their sum.
    for (let place = from; place <= to; place++) ranks[order[place] ?? 0] = from + to + 2
    from = to + 1
  }
  return ranks
}

/** At each whole number the count of subsets of the ranks with that sum. */
function waysToSum(ranks: readonly number[]): Float64Array {
  const ways = new Float64Array(sum(ranks) + 1)
  ways[0] = 1
  let reached = 0
  for (const rank of ranks) {
    reached += rank
    for (let value = reached; value >= rank; value--) {
      ways[value] = (ways[value] ?? 0) + (ways[value - rank] ?? 0)
    }
  }
  return ways
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
