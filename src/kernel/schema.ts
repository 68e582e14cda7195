import { z } from 'zod'
import { parseDuration } from './duration.ts'

/** `30s`, `1h30m` → milliseconds. */
export const Duration = z.string().transform((text, context) => {
  const durationMs = parseDuration(text)
  if (durationMs !== undefined) return durationMs
  context.addIssue({ code: 'custom', message: 'expected a duration such as 30s, 5m or 1h30m', input: text })
  return z.NEVER
})

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}

/** `512MiB`, `10kB` or a number → bytes. */
export const ByteSize = z.union([z.string(), z.number()]).transform((value, context) => {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(String(value))
  const unit = SIZE_UNITS[match?.[2] ?? 'none']
  const sizeBytes = Math.round(Number(match?.[1]) * (unit ?? Number.NaN))
  if (Number.isSafeInteger(sizeBytes)) return sizeBytes
  context.addIssue({ code: 'custom', message: 'expected a size such as 512MiB, 10MB or 4096', input: value })
  return z.NEVER
})

/** `10%` or `10` → 10; from 0 to 100. */
export const Percent = z.union([z.string(), z.number()]).transform((value, context) => {
  const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(String(value))
  const percent = Number(match?.[1] ?? Number.NaN)
  if (percent >= 0 && percent <= 100) return percent
  context.addIssue({ code: 'custom', message: 'expected a share from 0% to 100%', input: value })
  return z.NEVER
})
