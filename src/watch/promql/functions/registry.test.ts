import { expect, it } from 'vitest'
import { EVALUATIONS, evaluationOf } from './registry.ts'
import { SIGNATURES } from './signatures.ts'

it('carries out every function that the parser knows, and no other', () => {
  // `info` needs the storage: the engine answers it with the parts in info.ts.
  const known = [...SIGNATURES.keys()].filter(name => name !== 'info')
  expect(Object.keys(EVALUATIONS)).toEqual(known.toSorted())
})

it('lists no function twice under two evaluations', () => {
  expect(new Set(Object.values(EVALUATIONS)).size).toBe(Object.keys(EVALUATIONS).length)
})

it.each([...SIGNATURES.values()])('$name has the shape that its arguments call for', ({ name, args }) => {
  if (name === 'info') return
  const { shape } = evaluationOf(name)
  if (shape === 'per-value') expect(args[0]).toBe('vector')
  if (shape === 'over-range') expect(args.filter(arg => arg === 'matrix')).toHaveLength(1)
})

it('says so when it is asked for a function that there is not', () => {
  expect(() => evaluationOf('holt_winters')).toThrow('there is no function holt_winters')
})
