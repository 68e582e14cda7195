import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ByteSize, Duration, Percent, Secret } from '../../kernel/index.ts'
import { expectedBy, phraseOf } from './phrases.ts'

describe('what may be written', () => {
  it.each([
    [z.string(), 'text'],
    [z.string().min(2).regex(/x/), 'text'],
    [z.url(), 'a URL such as https://shop.example/path'],
    [z.string().email(), 'an e-mail address'],
    [z.number(), 'a number'],
    [z.int(), 'a whole number'],
    [z.number().int().min(1).max(9), 'a whole number from 1 to 9'],
    [z.number().positive(), 'a number above 0'],
    [z.number().gt(0).max(1), 'a number above 0 and of at most 1'],
    [z.number().lt(1), 'a number below 1'],
    [z.number().min(1).min(3), 'a number of at least 3'],
    [z.boolean().optional(), 'true or false'],
    [z.null(), 'nothing'],
    [z.literal(['a', 1, true]), '"a", 1 or true'],
    [z.enum(['a', 'b']).default('a'), '"a" or "b"'],
    [z.record(z.string(), z.string()), 'a map'],
    [z.tuple([z.string()]), 'a list'],
    [z.custom(() => true), 'another value'],
    [Duration, 'a duration such as 30s, 5m or 1h30m'],
    [ByteSize.optional(), 'a size such as 512MiB, 10MB or 4096'],
    [Percent.describe('x'), 'a share from 0% to 100%'],
    [Secret, 'a secret (text, ${NAME} or file:PATH)'],
    [z.union([Duration, z.literal('never'), z.null()]), '"never", nothing or a duration such as 30s, 5m or 1h30m'],
  ])('%# is said in plain words', (schema, phrase) => {
    expect(phraseOf([schema])).toBe(phrase)
  })
})

describe('what an issue expected', () => {
  it.each([
    [z.string().min(1), '', 'text that is not empty'],
    [z.string().min(3), 'a', 'at least 3 characters'],
    [z.string().length(3), 'a', '3 characters'],
    [z.array(z.number()).max(1), [1, 2], 'at most 1 item'],
    [z.number().max(5), 9, 'a number of at most 5'],
    [z.number().multipleOf(5), 9, 'a multiple of 5'],
    [z.string().regex(/^a+$/), 'b', 'text that matches /^a+$/'],
    [z.string().startsWith('a'), 'b', 'text that begins with "a"'],
    [z.string().endsWith('a'), 'b', 'text that ends with "a"'],
    [z.string().includes('a'), 'b', 'text with "a" in it'],
    [z.ipv4(), 'b', 'an IPv4 address'],
    [z.ulid(), 'b', 'a valid ulid'],
    [z.string().refine(() => false, 'expected better'), 'b', 'better'],
    [z.string().refine(() => false, 'no'), 'b', undefined],
  ])('%# is said in plain words', (schema: z.ZodType, value, phrase) => {
    const [issue] = schema.safeParse(value).error?.issues ?? []
    expect(issue && expectedBy(issue, [schema])).toBe(phrase)
  })
})
