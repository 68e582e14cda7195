import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Duration, Percent } from '../../kernel/index.ts'
import { leavesOf } from './branch.ts'
import { formatPath } from './fault.ts'

function told(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value, { error: () => '', reportInput: true })
  const leaves = leavesOf(parsed.error?.issues ?? [], schema, value)
  return leaves.map(({ path, issue, expected }) => [formatPath(path), issue.code, expected].filter(Boolean).join(' '))
}

const Http = z.strictObject({ type: z.literal('http'), url: z.string(), within: Duration.optional() })
const Tcp = z.strictObject({ type: z.literal('tcp'), port: z.number(), host: z.string() })
const Check = z.union([Http, Tcp])

describe('the alternative that was meant', () => {
  it.each([
    [
      'by its literal, though another has fewer faults',
      Check,
      { type: 'tcp', url: 'x' },
      ['port invalid_type', 'host invalid_type', 'unrecognized_keys'],
    ],
    ['by what is written in it', z.union([z.string(), Http]), { type: 'http' }, ['url invalid_type']],
    [
      'by the fewest faults',
      z.union([z.strictObject({ a: z.number(), b: z.number() }), z.strictObject({ a: z.number(), c: z.number() })]),
      { a: 1, c: 'x' },
      ['c invalid_type'],
    ],
    [
      'by a key that is only misspelt',
      z.union([z.strictObject({ cookie: z.string() }), z.strictObject({ header: z.string() })]),
      { heder: 'x' },
      ['header invalid_type', 'unrecognized_keys'],
    ],
    [
      'the first of equals',
      z.union([z.strictObject({ a: z.number() }), z.strictObject({ b: z.number() })]),
      {},
      ['a invalid_type'],
    ],
    [
      'inside another',
      z.union([z.string(), z.strictObject({ checks: z.array(Check) })]),
      { checks: [{ type: 'http', url: 1 }] },
      ['checks[0].url invalid_type'],
    ],
    ['none, where all literals miss', Check, { type: 'udp', port: 1, host: 'x' }, ['type invalid_value']],
    ['none, where all are of another kind', z.union([z.string(), z.array(z.string())]), 5, ['invalid_union']],
    [
      'all scalars together',
      z.union([z.literal('never'), Duration]),
      'soon',
      ['invalid_union "never" or a duration such as 30s, 5m or 1h30m'],
    ],
    [
      'all scalars, but no map',
      z.union([z.int(), Percent, Http]),
      'x',
      ['invalid_union a whole number or a share from 0% to 100%'],
    ],
    [
      'the one that has a word of its own',
      z.union([z.number(), z.string().refine(() => false, 'not today')]),
      'x',
      ['custom'],
    ],
  ])('is told %s', (_, schema, value, leaves) => {
    expect(told(schema, value)).toEqual(leaves)
  })

  it('has all the literals that were possible', () => {
    const schema = z.union([Http, Tcp])
    const parsed = schema.safeParse({ type: 'udp' }, { error: () => '', reportInput: true })
    const [leaf] = leavesOf(parsed.error?.issues ?? [], schema, {})
    expect(leaf?.issue).toMatchObject({ code: 'invalid_value', values: ['http', 'tcp'] })
  })

  it('is none when too many fit', () => {
    const schema = z.xor([z.strictObject({ a: z.number().optional() }), z.strictObject({ b: z.number().optional() })])
    expect(told(schema, {})).toEqual(['invalid_union'])
  })
})
