import { describe, expect, it } from 'vitest'
import { parseHistogram } from '../histogram/parse.ts'
import { hintWhenStored } from './reset-hints.ts'

const COUNTER = '{{schema:0 count:3 sum:4 buckets:[1 2]}}'

describe('what is said of resets after storing', () => {
  it.each([
    ['the first is of unknown history', COUNTER, undefined, 'unknown'],
    ['one that did not go down was not reset', '{{schema:0 count:5 sum:4 buckets:[1 4]}}', COUNTER, 'not-reset'],
    ['one that stayed was not reset', COUNTER, COUNTER, 'not-reset'],
    ['a reset begins a new history', '{{schema:0 count:2 sum:2 buckets:[1 1]}}', COUNTER, 'unknown'],
    ['so does a reset of one bucket', '{{schema:0 count:5 sum:4 buckets:[0 5]}}', COUNTER, 'unknown'],
    ['so does a reset that is told', `${COUNTER.slice(0, -2)} counter_reset_hint:reset}}`, COUNTER, 'unknown'],
    ['so does another schema', '{{schema:-1 count:5 sum:4 buckets:[1 4]}}', COUNTER, 'unknown'],
    ['so does another zero bucket', `${COUNTER.slice(0, -2)} z_bucket_w:0.1}}`, COUNTER, 'unknown'],
    [
      'so do other bounds',
      '{{schema:-53 count:3 sum:4 custom_values:[1 2] buckets:[1 2]}}',
      '{{schema:-53 count:3 sum:4 custom_values:[1] buckets:[1 2]}}',
      'unknown',
    ],
    ['a gauge is one', `${COUNTER.slice(0, -2)} counter_reset_hint:gauge}}`, COUNTER, 'gauge'],
    ['a counter after a gauge begins anew', COUNTER, `${COUNTER.slice(0, -2)} counter_reset_hint:gauge}}`, 'unknown'],
    [
      'that there was none is not believed where there was one',
      '{{schema:0 count:2 sum:2 buckets:[1 1] counter_reset_hint:not_reset}}',
      COUNTER,
      'unknown',
    ],
  ])('%s', (_, histogram, previous, hint) => {
    const before = previous === undefined ? undefined : parseHistogram(previous)
    expect(hintWhenStored(parseHistogram(histogram), before)).toBe(hint)
  })
})
