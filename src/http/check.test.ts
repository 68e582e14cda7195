import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { InvalidInput } from '../kernel/index.ts'
import { check } from './check.ts'

const anything = z.unknown()

function faultOf(schema: z.ZodType, value: unknown): Pick<InvalidInput, 'field' | 'message'> | undefined {
  try {
    check(schema, value)
    return undefined
  } catch (error) {
    if (error instanceof InvalidInput) return error
    throw error
  }
}

describe('what was sent', () => {
  it('is read by its schema, and is nothing where there is none', () => {
    expect(check(z.object({ n: z.coerce.number() }), { n: '7' })).toEqual({ n: 7 })
    expect(check(undefined, { n: 7 })).toBeUndefined()
  })

  it('is refused with the member that is wrong; a name that nobody knows is told first', () => {
    const schema = z.strictObject({ version: z.string(), note: z.string().optional() })
    expect(faultOf(schema, { note: 7 })).toMatchObject({ field: 'version' })
    expect(faultOf(schema, { verison: 'v1' })?.message).toMatch(/"verison".*\(and 1 more\)$/)
  })

  it.each([
    [{ note: 'a\0b' }, 'note'],
    [{ strategy: { stages: [{ weight: 1 }, { name: '\0' }] } }, 'strategy.stages.1.name'],
    [{ strategy: { 'a\0': 1 } }, 'strategy'],
    [{ '\0': 1 }, ''],
    ['\0', ''],
    [[['x', '\0']], '0.1'],
  ])('with a NUL in %j is refused, wherever it stands', (value, field) => {
    expect(faultOf(anything, value)).toMatchObject({ field, message: expect.stringContaining('holds a NUL') })
  })

  it('is refused for a NUL just where its text has one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const has = JSON.stringify(value).replaceAll('\\\\', '').includes('\\u0000')
        expect(faultOf(anything, value) !== undefined).toBe(has)
      }),
      { numRuns: 500 },
    )
  })

  it('may be nested, but not so deep that it exhausts whoever reads it', () => {
    const deep = (levels: number): unknown => JSON.parse(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`)
    expect(faultOf(anything, deep(100))).toBeUndefined()
    expect(faultOf(anything, deep(101))).toMatchObject({ field: 'a', message: 'a: nested more than 100 deep' })
    expect(faultOf(anything, deep(200_000))).toMatchObject({ field: 'a' })
  })
})
