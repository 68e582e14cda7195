import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Duration, Secret } from '../../kernel/index.ts'
import { Sample } from './sample.fixture.ts'
import { concrete, isSecret, keysOf, schemasAt } from './shape.ts'

const types = (schemas: readonly z.core.$ZodType[]): string[] => schemas.map(schema => schema._zod.def.type)

describe('the schemas at a path', () => {
  it.each([
    [['hub', 'port'], ['number']],
    [['services'], ['record']],
    [
      ['services', 'any', 'checks', 3],
      ['object', 'object'],
    ],
    [
      ['services', 'any', 'ready'],
      ['pipe', 'literal', 'object'],
    ],
    [['services', 'any', 'env', 'X'], ['string']],
    [['services', 'any', 'nothing'], []],
    [['hub', 'port', 'deeper'], []],
    [['toString'], []],
  ])('%j are %j', (path, expected) => {
    expect(types(schemasAt(Sample, path))).toEqual(expected)
  })

  it('leave out the alternatives that the literals in the value contradict', () => {
    const keysFor = (strategy: unknown): string[] =>
      keysOf(schemasAt(Sample, ['services', 'a', 'strategy'], { services: { a: { strategy } } }))
    expect(keysFor({ kind: 'rolling' })).toEqual(['kind', 'maxSurge', 'maxUnavailable'])
    expect(keysFor({})).toHaveLength(6)
    expect(keysFor({ kind: 'unheard-of' })).toHaveLength(6)
  })

  it('end in a circle of schemas without end', () => {
    interface Tree {
      readonly [name: string]: Tree
    }
    const Circle: z.ZodType<Tree> = z.lazy(() => z.record(z.string(), Circle))
    expect(types(schemasAt(Circle, ['a', 'b', 'c']))).toEqual(['record'])
    const Self: z.ZodType = z.lazy(() => z.union([Self, z.string()]))
    expect(types(concrete(Self))).toEqual(['string'])
  })
})

describe('a schema without its wrappers', () => {
  it.each([
    ['optional', z.string().optional(), ['string']],
    ['nullable', z.string().nullable(), ['string']],
    ['default', z.string().default(''), ['string']],
    ['prefault', z.string().prefault(''), ['string']],
    ['catch', z.string().catch(''), ['string']],
    ['readonly', z.array(z.string()).readonly(), ['array']],
    ['preprocess', z.preprocess(String, z.number()), ['number']],
    ['transform', z.string().transform(Number), ['string']],
    ['pipe', z.string().pipe(z.email()), ['string']],
    ['union', z.union([z.string(), z.union([z.number(), z.string().optional()])]), ['string', 'number', 'string']],
    ['intersection', z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })), ['object', 'object']],
    ['tuple', z.tuple([z.string()]), ['tuple']],
    ['duration', Duration.optional(), ['pipe']],
  ])('of %s', (_, schema, expected) => {
    expect(types(concrete(schema))).toEqual(expected)
  })
})

describe('a place for a secret', () => {
  it.each([
    [['password'], true],
    [['services', 'x', 'token'], true],
    [['services', 'x', 'notify'], true],
    [['services', 'x', 'notify', 'password'], true],
    [['services', 'x', 'notify', 'url'], false],
    [['hub', 'host'], false],
    [[], false],
  ])('%j: %j', (path, secret) => {
    expect(isSecret(Sample, path)).toBe(secret)
  })

  it('is known however its schema is dressed', () => {
    const schema = z.object({ a: Secret.describe('a').optional(), b: Secret.refine(() => true), c: z.array(Secret) })
    expect([['a'], ['b'], ['c', 0]].map(path => isSecret(schema, path))).toEqual([true, true, true])
  })
})
