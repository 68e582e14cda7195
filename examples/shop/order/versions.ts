/** How one version of the order service differs from another; everything else they share. */
export interface Behaviour {
  readonly summary: string
  /** The step of the schema it was written for. */
  readonly schema: 1 | 2
  /** How it reads products with their price and stock. */
  readonly shelf: 'query-per-product' | 'joined'
  /** The share of checkouts, picked by their idempotency key, that hit its bug and end in a 500. */
  readonly brokenCheckouts: number
  /** The share of requests that it holds up, and by how much. */
  readonly stall: { readonly ratio: number; readonly extraMs: number }
  /** How long after it is ready it falls over; undefined if it doesn't. */
  readonly crashAfterMs: number | undefined
}

const v1: Behaviour = {
  summary: 'the first: asks the database for each product by itself',
  schema: 1,
  shelf: 'query-per-product',
  brokenCheckouts: 0,
  stall: { ratio: 0, extraMs: 0 },
  crashAfterMs: undefined,
}

const v2: Behaviour = {
  ...v1,
  summary: 'faster: one query for all products, by a new index',
  schema: 2,
  shelf: 'joined',
}

/** Every version there is. The faulty ones are v2 with one fault, so that a comparison shows that fault alone. */
export const VERSIONS: Readonly<Record<string, Behaviour>> = {
  v1,
  v2,
  v3: { ...v2, summary: 'a bug: 5 % of checkouts fail with 500', brokenCheckouts: 0.05 },
  // More than one request in a hundred, so the 99th percentile moves by the whole delay; the median does not move.
  v4: { ...v2, summary: 'a slow path: the 99th percentile is 400 ms up', stall: { ratio: 0.03, extraMs: 400 } },
  v5: { ...v2, summary: 'gets ready, then crashes', crashAfterMs: 1500 },
  v6: { ...v2, summary: 'v2 again under another name' },
}
