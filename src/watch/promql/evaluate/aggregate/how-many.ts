import { PromQLError } from '../../error.ts'
import { shortNumber } from '../../number-text.ts'

/** The greatest and the least float that Prometheus turns into a whole number of 64 bits. */
const [MOST, LEAST] = [9223372036854774784, -9223372036854775808]

/** How many series to pick at each step; undefined where none at all. */
export function howMany(ks: Float64Array): Float64Array | undefined {
  let [least, greatest] = [Infinity, -Infinity]
  for (const k of ks) {
    if (Number.isNaN(k)) throw new PromQLError('execution', 'Parameter value is NaN')
    least = Math.min(least, k)
    greatest = Math.max(greatest, k)
  }
  if (greatest < 1) return undefined
  if (least <= LEAST) throw new PromQLError('execution', `Scalar value ${shortNumber(least)} underflows int64`)
  if (greatest >= MOST) throw new PromQLError('execution', `Scalar value ${shortNumber(greatest)} overflows int64`)
  return ks.map(Math.trunc)
}
