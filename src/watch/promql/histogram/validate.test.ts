import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_BUCKETS } from './buckets.ts'
import { custom, exponential, h } from './histogram.fixture.ts'
import { faultOf } from './validate.ts'

describe('a histogram from outside', () => {
  it.each([
    [
      'schema:9',
      'histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom buckets, got schema 9',
    ],
    ['schema:-5', 'got schema -5'],
    ['count:-1', "histogram's observation count is negative"],
    ['z_bucket:-1', 'zero bucket has observation count of -1'],
    ['buckets:[1 -1]', 'positive side: bucket number 2 has observation count of -1'],
    ['n_buckets:[-1]', 'negative side: bucket number 1 has observation count of -1'],
    ['custom_values:[1]', 'histogram with exponential schema must not have custom bounds'],
    ['schema:-53 custom_values:[1 1]', 'strictly increasing'],
    ['schema:-53 custom_values:[1 NaN]', 'must not be NaN'],
    ['schema:-53 custom_values:[1 Inf]', 'must be finite'],
    ['schema:-53 custom_values:[1] buckets:[1 1 1]', 'custom bounds are too few'],
    ['schema:-53 custom_values:[1] offset:-1 buckets:[1]', 'offset is negative'],
    ['schema:-53 z_bucket:1', 'must have zero count of 0'],
    ['schema:-53 z_bucket_w:1', 'must have zero threshold of 0'],
    ['schema:-53 n_buckets:[1]', 'must not have negative buckets'],
    ['schema:-53 custom_values:[1] buckets:[-1]', 'positive side: bucket number 1 has observation count of -1'],
  ])('{{%s}} is refused: %s', (fields, fault) => {
    expect(faultOf(h(fields))).toContain(fault)
  })

  it('is refused with indexes that do not ascend or do not fit', () => {
    const broken = { indexes: Int32Array.of(2, 1), counts: Float64Array.of(1, 1) }
    expect(faultOf({ ...h(''), positive: broken })).toBe('positive side: histogram has a span whose offset is negative')
    expect(faultOf({ ...h(''), negative: { ...NO_BUCKETS, counts: Float64Array.of(1) } })).toContain(
      'need 0 buckets, have 1',
    )
    expect(faultOf({ ...h(''), schema: 1.5 })).toContain('got schema 1.5')
  })

  it('is fine as our own are', () => {
    fc.assert(
      fc.property(fc.oneof(exponential, custom), histogram => {
        expect(faultOf(histogram)).toBeUndefined()
      }),
    )
  })
})
