import { describe, expect, it } from 'vitest'
import { InvalidInput } from '../kernel/index.ts'
import { observe } from './observe.ts'
import { releasePlan } from './plan.ts'
import { ALTERNATIVES, begin, parseState } from './state.ts'

const plan = releasePlan({ signals: [{ name: 'errors' }, { name: 'slow' }] })
const fresh = begin(plan)
const seen = observe(plan, fresh, {
  signal: 'errors',
  canary: { requests: 90, bad: 3 },
  stable: { requests: 910, bad: 4 },
})

const thin = observe(plan, seen, {
  signal: 'slow',
  share: 0.1,
  strata: [{ name: 'pay', canary: { requests: 1, bad: 0 }, stable: { requests: 9, bad: 1 } }],
})

it('the beliefs in the alternatives sum to 1, and every alternative is worse', () => {
  expect(ALTERNATIVES.reduce((sum, { belief }) => sum + belief, 0)).toBe(1)
  expect(ALTERNATIVES.every(({ ratio }) => ratio > 1)).toBe(true)
})

describe('a stored state', () => {
  it.each([
    ['before the first request', fresh],
    ['after a batch', seen],
    ['while thin traffic is gathered', thin],
  ])('is read back as it was: %s', (_, state) => {
    expect(parseState(plan, JSON.parse(JSON.stringify(state)))).toEqual(state)
  })

  const [errors, slow] = seen.signals
  const damaged: readonly [string, unknown, string, string][] = [
    ['nothing', null, 'state', 'state is null: expected an object'],
    ['a list', [], 'state', 'state is []: expected an object'],
    ['another version', { ...seen, version: 2 }, 'state.version', 'state.version is 2: expected 1'],
    ['another margin', { ...seen, margin: 2 }, 'state.margin', "state.margin is 2: expected the plan's margin, 1.5"],
    ['no signals', { ...seen, signals: undefined }, 'state.signals', 'state.signals is undefined: expected a list'],
    ['a signal too few', { ...seen, signals: [errors] }, 'state.signals', "expected the plan's signals, errors, slow"],
    [
      'signals of another plan',
      { ...seen, signals: [slow, errors] },
      'state.signals',
      'state.signals is ["slow","errors"]',
    ],
    [
      'a signal that is none',
      { ...seen, signals: [3, slow] },
      'state.signals[0]',
      'state.signals[0] is 3: expected an object',
    ],
    [
      'a signal without a name',
      { ...seen, signals: [{ ...errors, name: 1 }, slow] },
      'state.signals[0].name',
      'expected a name',
    ],
    [
      'a fraction of a request',
      { ...seen, signals: [{ ...errors, canary: { requests: 0.5, bad: 0 } }, slow] },
      'state.signals[0].canary.requests',
      'is 0.5: expected a whole number',
    ],
    [
      'more bad requests than requests',
      { ...seen, signals: [errors, { ...slow, stable: { requests: 1, bad: 2 } }] },
      'state.signals[1].stable.bad',
      'is 2: expected at most the 1 requests',
    ],
    [
      'counts lost',
      { ...seen, signals: [{ ...errors, stable: null }, slow] },
      'state.signals[0].stable',
      'is null: expected an object',
    ],
    [
      'an infinite logarithm',
      { ...seen, signals: [{ ...errors, logEqual: Number.NEGATIVE_INFINITY }, slow] },
      'state.signals[0].logEqual',
      'is -Infinity: expected a finite number',
    ],
    [
      'a logarithm lost',
      { ...seen, signals: [{ ...errors, logRatios: [0, 0, null, 0, 0, 0] }, slow] },
      'state.signals[0].logRatios[2]',
      'is null: expected a finite number',
    ],
    [
      'gatherings lost',
      { ...seen, signals: [{ ...errors, gathering: undefined }, slow] },
      'state.signals[0].gathering',
      'expected a list',
    ],
    [
      'a gathering without a name',
      { ...seen, signals: [{ ...errors, gathering: [{ share: 1 }] }, slow] },
      'state.signals[0].gathering[0].name',
      'expected a name',
    ],
    [
      'a gathering without a share',
      { ...seen, signals: [{ ...errors, gathering: [{ name: '' }] }, slow] },
      'state.signals[0].gathering[0].share',
      'expected a finite number',
    ],
    [
      'alternatives of another version',
      { ...seen, signals: [{ ...errors, logRatios: [0] }, slow] },
      'state.signals[0].logRatios',
      'expected 6 numbers',
    ],
  ]

  it.each(damaged)('is refused: %s', (_, state, field, message) => {
    expect(() => parseState(plan, state)).toThrow(InvalidInput)
    expect(() => parseState(plan, state)).toThrow(expect.objectContaining({ field }))
    expect(() => parseState(plan, state)).toThrow(message)
  })
})
