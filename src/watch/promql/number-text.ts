/**
 * A number as Go's `%g` writes it, in which Prometheus' annotations speak: `0.5`, `100000`, `1e+06`, `+Inf`. The
 * fewest digits that give the number back; with an exponent below 1e-4 and from 1e+06 up.
 */
export function shortNumber(value: number): string {
  return textOf(value, 6)
}

/** A number rounded to so many digits, as Go's `%.2g` writes it: with an exponent from that many digits up. */
export function roundedNumber(value: number, digits: number): string {
  return textOf(Number.isFinite(value) ? Number(value.toPrecision(digits)) : value, digits)
}

function textOf(value: number, plainDigits: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string]
  const power = Number(exponent)
  if (power >= -4 && power < plainDigits) return String(value)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
