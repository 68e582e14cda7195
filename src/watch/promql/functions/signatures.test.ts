import * as terms from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
// Not exported by its package, yet the one table of Prometheus' functions that a program can read.
import { getFunction } from '../../../../node_modules/@prometheus-io/codemirror-promql/dist/esm/types/function.js'
import { SIGNATURES, signatureOf } from './signatures.ts'

/** Faults of the table that editors use; Prometheus itself is as we are. */
const THEIR_FAULTS: Readonly<Record<string, object>> = {
  // A scalar: `pi() == bool 3` is no vector.
  pi: { returns: 'vector' },
  // Up to ten quantiles: 3 arguments and 9 more.
  histogram_quantiles: { variadic: 10 },
}

const THEIRS = Object.values(terms)
  .filter(term => typeof term === 'number')
  .map(term => getFunction(term))
  .filter(found => found?.name !== undefined && found.name !== '')
  // `Cosh` and `Sinh` have capitals there, which Prometheus does not understand.
  .map(found => ({ ...found, name: found.name.toLowerCase() }))

describe('the table of functions', () => {
  it('has the functions of Prometheus, and no others', () => {
    const names = THEIRS.map(each => each.name).toSorted()
    expect([...SIGNATURES.keys()].toSorted()).toEqual(names)
    expect(names.length).toBeGreaterThan(80)
  })

  it.each(THEIRS)('knows the types of $name', ({ name, argTypes, variadic, returnType }) => {
    const { args, ...types } = { ...signatureOf(name), ...THEIR_FAULTS[name] } as Record<string, unknown>
    expect(args).toEqual(argTypes)
    expect(types).toMatchObject({ variadic, returns: returnType })
  })

  it('is in alphabetical order', () => {
    const names = [...SIGNATURES.keys()]
    expect(names).toEqual(names.toSorted())
  })

  it('says which functions are experimental', () => {
    const experimental = [...SIGNATURES.values()].filter(each => each.isExperimental).map(each => each.name)
    expect(experimental.join(' ')).toBe(
      'double_exponential_smoothing end first_over_time histogram_quantiles info mad_over_time range sort_by_label ' +
        'sort_by_label_desc start start_timestamp step ts_of_first_over_time ts_of_last_over_time ' +
        'ts_of_max_over_time ts_of_min_over_time',
    )
  })

  it.each(['holt_winters', 'toString', 'Rate', ''])('does not know %j', name => {
    expect(signatureOf(name)).toBeUndefined()
  })
})
