/** The one with the largest measure; of equals the first by name, so that the plan's order makes no difference. */
export function largest<Named extends { readonly name: string }>(
  all: readonly Named[],
  measure: (one: Named) => number,
): Named {
  return all.reduce((best, one) => {
    const difference = measure(one) - measure(best)
    return difference > 0 || (difference === 0 && one.name < best.name) ? one : best
  })
}
