// The calendar is computed here, because a Date ends in the year 275760 and a sample's value need not.
import { Labels } from '../../../kernel/labels.ts'
import { Vector } from '../evaluate/value.ts'
import { ofEachFloat } from './each-float.ts'
import type { OnWhole, WholeCall } from './function.ts'

/* Of Unix times in UTC; without an argument of `vector(time())`. */

/** `minute(v)`: 0…59. https://prometheus.io/docs/prometheus/latest/querying/functions/#minute */
export const minute = ofTime(seconds => Math.floor(modulo(seconds, 3600) / 60))

/** `hour(v)`: 0…23. https://prometheus.io/docs/prometheus/latest/querying/functions/#hour */
export const hour = ofTime(seconds => Math.floor(modulo(seconds, DAY) / 3600))

/** `day_of_week(v)`: 0 is Sunday. https://prometheus.io/docs/prometheus/latest/querying/functions/#day_of_week */
export const dayOfWeek = ofTime(seconds => modulo(Math.floor(seconds / DAY) + 4, 7))

/** `day_of_month(v)`: 1…31. https://prometheus.io/docs/prometheus/latest/querying/functions/#day_of_month */
export const dayOfMonth = ofTime(seconds => dateOf(seconds).day)

/** `day_of_year(v)`: 1…366. https://prometheus.io/docs/prometheus/latest/querying/functions/#day_of_year */
export const dayOfYear = ofTime(seconds => {
  const { year, month, day } = dateOf(seconds)
  const before = DAYS_BEFORE[month - 1] as number
  return before + day + (month > 2 && isLeap(year) ? 1 : 0)
})

/** `days_in_month(v)`: 28…31. https://prometheus.io/docs/prometheus/latest/querying/functions/#days_in_month */
export const daysInMonth = ofTime(seconds => {
  const { year, month } = dateOf(seconds)
  if (month === 2) return isLeap(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
})

/** `month(v)`: 1…12. https://prometheus.io/docs/prometheus/latest/querying/functions/#month */
export const month = ofTime(seconds => dateOf(seconds).month)

/** `year(v)` https://prometheus.io/docs/prometheus/latest/querying/functions/#year */
export const year = ofTime(seconds => dateOf(seconds).year)

const DAY = 86_400
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
const DAYS_OF_400_YEARS = 146_097
/** From 0000-03-01 to 1970-01-01. */
const DAYS_TO_EPOCH = 719_468

function ofTime(part: (seconds: number) => number): OnWhole {
  return {
    shape: 'on-whole',
    apply([argument], call) {
      if (argument === undefined) return ofEachStep(seconds => part(wholeSeconds(seconds)), call)
      return ofEachFloat(argument as Vector, seconds => part(wholeSeconds(seconds)), call)
    },
  }
}

function ofEachStep(part: (seconds: number) => number, { timesMs }: WholeCall): Vector {
  const vector = new Vector(timesMs.length, 1)
  vector.addSeries(Labels.EMPTY)
  for (let i = 0; i < timesMs.length; i++) vector.setFloat(i, part((timesMs[i] as number) / 1000))
  return vector
}

/**
 * Cut to whole seconds as Go cuts them for a machine: what is no time at all (NaN, infinite, beyond 64 bits) becomes
 * 2⁶³, in the year 292277026596.
 */
function wholeSeconds(seconds: number): number {
  return Math.abs(seconds) < 2 ** 63 ? Math.trunc(seconds) : 2 ** 63
}

interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/**
 * The date in the Gregorian calendar, counted in years that begin in March, so that a leap day comes last.
 *
 * @see https://howardhinnant.github.io/date_algorithms.html#civil_from_days
 */
function dateOf(seconds: number): CivilDate {
  const days = Math.floor(seconds / DAY) + DAYS_TO_EPOCH
  const era = Math.floor(days / DAYS_OF_400_YEARS)
  const dayOfEra = days - era * DAYS_OF_400_YEARS
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const dayOfMarchYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfMarchYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfMarchYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** Never negative. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
