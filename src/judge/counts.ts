import { refused } from './plan.ts'

/** Requests that arrived at one version, and how many of them were bad. */
export interface Counts {
  readonly requests: number
  readonly bad: number
}

/** The sum of counts. */
export function plus(one: Counts = { requests: 0, bad: 0 }, other: Counts): Counts {
  return { requests: one.requests + other.requests, bad: one.bad + other.bad }
}

/** Refuses counts that cannot be: fractions, negatives, more bad requests than requests. */
export function expectCounts(counts: Counts, at: string): Counts {
  const { requests, bad } = counts
  if (!(Number.isSafeInteger(requests) && requests >= 0)) {
    throw refused(`${at}.requests`, requests, 'a whole number, 0 or more', 'Give the increase since the last batch.')
  }
  if (!(Number.isSafeInteger(bad) && bad >= 0)) {
    throw refused(`${at}.bad`, bad, 'a whole number, 0 or more', 'Give the increase since the last batch.')
  }
  if (bad > requests) {
    throw refused(
      `${at}.bad`,
      bad,
      `at most the ${requests} requests`,
      'Count a request in the batch that counts it as bad.',
    )
  }
  return { requests, bad }
}
