import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { ByteSize, Duration, Percent } from './schema.ts'

const told = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues.map(issue => issue.message)

describe('values in a configuration', () => {
  it.each([
    [Duration, '1h30m', 5_400_000],
    [ByteSize, '512MiB', 536_870_912],
    [ByteSize, '10 kB', 10_000],
    [ByteSize, 4096, 4096],
    [Percent, '10%', 10],
    [Percent, 0.5, 0.5],
    [Percent, '100 %', 100],
  ])('%# is read from %j', (schema, text, value) => {
    expect(schema.parse(text)).toBe(value)
  })

  it.each([
    [Duration, 'soon', 'expected a duration such as 30s, 5m or 1h30m'],
    [ByteSize, '10 XB', 'expected a size such as 512MiB, 10MB or 4096'],
    [ByteSize, -1, 'expected a size such as 512MiB, 10MB or 4096'],
    [Percent, '101%', 'expected a share from 0% to 100%'],
    [Percent, '-5%', 'expected a share from 0% to 100%'],
    [Percent, 'half', 'expected a share from 0% to 100%'],
  ])('%# refuses %j and says what was expected', (schema, text, message) => {
    expect(told(schema, text)).toEqual([message])
  })
})
