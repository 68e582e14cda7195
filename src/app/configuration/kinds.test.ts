import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ByteSize, Duration, Percent, Secret } from '../../kernel/index.ts'
import { KINDS, kindOf } from './kinds.ts'

describe('a kind of value', () => {
  it.each([
    [Duration.describe('x'), Duration],
    [Duration.refine(durationMs => durationMs > 0), Duration],
    [ByteSize.meta({ title: 'x' }), ByteSize],
    [Percent, Percent],
    [Secret.describe('x').refine(() => true), Secret],
  ])('%# is known by its transform, also in a copy', (schema, original) => {
    expect(kindOf(schema)?.schema).toBe(original)
  })

  it.each([[z.string()], [z.string().transform(Number)], [z.string().pipe(z.email())], [Duration.optional()]])(
    '%# is none of them',
    schema => {
      expect(kindOf(schema)).toBeUndefined()
    },
  )

  it('has examples that it takes, and is the only secret where it is one', () => {
    for (const { schema, written, secret } of KINDS) {
      const takes = (example: unknown): boolean => z.safeParse(schema, example).success
      expect(written.examples?.length).toBeGreaterThan(1)
      if (!secret) expect(written.examples?.every(takes)).toBe(true)
    }
    expect(KINDS.filter(kind => kind.secret).map(kind => kind.schema)).toEqual([Secret])
  })
})
