/** A share as people write it: `5.0 %`, `0.12 %`, `0 %`. */
export function percent(share: number, digits?: number): string {
  const value = share * 100
  if (digits !== undefined) return `${value.toFixed(digits)} %`
  if (value === 0 || value === 100) return `${value} %`
  return value >= 0.095 ? `${value.toFixed(1)} %` : `${Number(value.toPrecision(1))} %`
}

/** A chance as the next round number above it: an upper bound must stay one. */
export function chanceBelow(chance: number): string {
  if (chance <= 1e-6) return '0.0001 %'
  const value = chance * 100
  const size = 10 ** Math.floor(Math.log10(value))
  return `${Number((Math.ceil(value / size - 1e-9) * size).toPrecision(1))} %`
}

/** Whole numbers with thousands apart: `2,160`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Seconds as people say them: the largest unit and the one below it. */
export function spoken(
  seconds: number,
  units: { readonly hour: string; readonly minute: string; readonly second: string },
): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} ${units.second}`
  const whole = Math.round(seconds)
  const parts = [
    { count: Math.floor(whole / 3_600), unit: units.hour },
    { count: Math.floor((whole % 3_600) / 60), unit: units.minute },
    { count: whole % 60, unit: units.second },
  ]
  const first = parts.findIndex(({ count }) => count > 0)
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ count, unit }) => `${count} ${unit}`)
    .join(' ')
}
