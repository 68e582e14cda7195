import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add } from './arithmetic.ts'
import { detectReset } from './detect-reset.ts'
import { custom, exponential, h } from './histogram.fixture.ts'
import type { NativeHistogram } from './native-histogram.ts'

describe('a counter reset', () => {
  it.each([
    ['there is none where every bucket grew', 'count:5 buckets:[2 3]', 'count:4 buckets:[1 3]', false],
    ['a count went down', 'count:3 buckets:[1 2]', 'count:4 buckets:[1 3]', true],
    ['one bucket went down', 'count:9 buckets:[0 9]', 'count:4 buckets:[1 3]', true],
    ['a negative bucket went down', 'count:9 n_buckets:[0 9]', 'count:4 n_buckets:[1 3]', true],
    ['a populated bucket is gone', 'count:9 offset:1 buckets:[9]', 'count:4 buckets:[1 3]', true],
    ['an empty bucket is gone', 'count:9 offset:1 buckets:[9]', 'count:3 buckets:[0 3]', false],
    ['the last bucket is gone', 'count:9 buckets:[9]', 'count:3 buckets:[2 1]', true],
    ['the zero bucket went down', 'count:9 z_bucket:1 buckets:[8]', 'count:4 z_bucket:2 buckets:[2]', true],
    ['the schema became finer', 'schema:1 count:9 buckets:[9]', 'schema:0 count:1 buckets:[1]', true],
    ['the schema became coarser', 'schema:0 count:9 buckets:[0 9]', 'schema:1 count:3 buckets:[0 1 2]', false],
    ['the zero bucket became narrower', 'count:9 z_bucket:9 z_bucket_w:0.1', 'count:1 z_bucket:1 z_bucket_w:0.5', true],
    [
      'the zero bucket became wider',
      'count:9 z_bucket:9 z_bucket_w:1',
      'count:3 z_bucket:1 z_bucket_w:0.5 buckets:[2]',
      false,
    ],
    [
      'the zero bucket became wider but holds less',
      'count:9 z_bucket:2 z_bucket_w:1 offset:1 buckets:[7]',
      'count:3 z_bucket:1 z_bucket_w:0.5 buckets:[2]',
      true,
    ],
    [
      'the zero bucket ends within a bucket of before',
      'count:9 z_bucket:9 z_bucket_w:0.75',
      'count:2 buckets:[2]',
      true,
    ],
    ['a sum may go down', 'count:5 sum:-9 buckets:[5]', 'count:4 sum:9 buckets:[4]', false],
    ['a hint says so', 'count:5 counter_reset_hint:reset buckets:[5]', 'count:4 buckets:[4]', true],
    ['a hint denies it', 'count:1 counter_reset_hint:not_reset buckets:[1]', 'count:4 buckets:[4]', false],
    [
      'a gauge is looked at like a counter',
      'count:1 counter_reset_hint:gauge buckets:[1]',
      'count:4 buckets:[4]',
      true,
    ],
    [
      'custom after exponential buckets',
      'schema:-53 count:9 custom_values:[1] buckets:[9]',
      'count:1 buckets:[1]',
      true,
    ],
    [
      'exponential after custom buckets',
      'count:9 buckets:[9]',
      'schema:-53 count:1 custom_values:[1] buckets:[1]',
      true,
    ],
    [
      'a custom bucket went down',
      'schema:-53 count:9 custom_values:[1] buckets:[0 9]',
      'schema:-53 count:1 custom_values:[1] buckets:[1]',
      true,
    ],
    [
      'other custom bounds, of which the shared ones grew',
      'schema:-53 count:3 custom_values:[1 5] buckets:[1 2]',
      'schema:-53 count:2 custom_values:[2 5] buckets:[2]',
      false,
    ],
    [
      'other custom bounds, of which a shared one went down',
      'schema:-53 count:3 custom_values:[1 5] buckets:[0 1 2]',
      'schema:-53 count:2 custom_values:[2 5] buckets:[2]',
      true,
    ],
  ])('%s', (_, current, previous, expected) => {
    expect(detectReset(h(current), h(previous))).toBe(expected)
  })

  it('is never seen where observations were only added', () => {
    fc.assert(
      fc.property(fc.oneof(fc.tuple(exponential, exponential), fc.tuple(custom, custom)), ([before, more]) => {
        // What is added has the layout of what was there, as it is within one counter.
        const sameLayout = {
          ...more,
          schema: before.schema,
          zeroThreshold: before.zeroThreshold,
          customValues: before.customValues,
        }
        const fits = sameLayout.positive.indexes.every(
          index => before.schema !== -53 || index <= before.customValues.length,
        )
        fc.pre(fits)
        expect(detectReset(add(before, sameLayout)?.histogram as NativeHistogram, before)).toBe(false)
      }),
    )
  })
})
