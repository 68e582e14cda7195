import { absent, absentOverTime } from './absent.ts'
import { abs, ceil, clamp, clampMax, clampMin, exp, floor, ln, log2, log10, round, sgn, sqrt } from './arithmetic.ts'
import { changes, resets } from './changes.ts'
import { scalar, vector } from './convert.ts'
import { dayOfMonth, dayOfWeek, dayOfYear, daysInMonth, hour, minute, month, year } from './dates.ts'
import type { Evaluation } from './function.ts'
import { HISTOGRAM_FUNCTIONS } from './histogram.ts'
import { idelta, irate } from './instant-rate.ts'
import {
  avgOverTime,
  countOverTime,
  firstOverTime,
  lastOverTime,
  maxOverTime,
  minOverTime,
  presentOverTime,
  sumOverTime,
  timeOfFirstOverTime,
  timeOfLastOverTime,
  timeOfMaxOverTime,
  timeOfMinOverTime,
} from './over-time.ts'
import { delta, increase, rate } from './rate.ts'
import { labelJoin, labelReplace } from './relabel.ts'
import { sort, sortByLabel, sortByLabelDesc, sortDesc } from './sort.ts'
import { madOverTime, quantileOverTime, stddevOverTime, stdvarOverTime } from './spread-over-time.ts'
import { end, pi, range, start, startTimestamp, step, time, timestamp } from './time.ts'
import { deriv, doubleExponentialSmoothing, predictLinear } from './trend.ts'
import { acos, acosh, asin, asinh, atan, atanh, cos, cosh, deg, rad, sin, sinh, tan, tanh } from './trigonometry.ts'

/** Every function by its name, in the order of names. */
export const EVALUATIONS: Readonly<Record<string, Evaluation>> = {
  abs,
  absent,
  absent_over_time: absentOverTime,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  avg_over_time: avgOverTime,
  ceil,
  changes,
  clamp,
  clamp_max: clampMax,
  clamp_min: clampMin,
  cos,
  cosh,
  count_over_time: countOverTime,
  day_of_month: dayOfMonth,
  day_of_week: dayOfWeek,
  day_of_year: dayOfYear,
  days_in_month: daysInMonth,
  deg,
  delta,
  deriv,
  double_exponential_smoothing: doubleExponentialSmoothing,
  end,
  exp,
  first_over_time: firstOverTime,
  floor,
  ...HISTOGRAM_FUNCTIONS,
  hour,
  idelta,
  increase,
  irate,
  label_join: labelJoin,
  label_replace: labelReplace,
  last_over_time: lastOverTime,
  ln,
  log10,
  log2,
  mad_over_time: madOverTime,
  max_over_time: maxOverTime,
  min_over_time: minOverTime,
  minute,
  month,
  pi,
  predict_linear: predictLinear,
  present_over_time: presentOverTime,
  quantile_over_time: quantileOverTime,
  rad,
  range,
  rate,
  resets,
  round,
  scalar,
  sgn,
  sin,
  sinh,
  sort,
  sort_by_label: sortByLabel,
  sort_by_label_desc: sortByLabelDesc,
  sort_desc: sortDesc,
  sqrt,
  start,
  start_timestamp: startTimestamp,
  stddev_over_time: stddevOverTime,
  stdvar_over_time: stdvarOverTime,
  step,
  sum_over_time: sumOverTime,
  tan,
  tanh,
  time,
  timestamp,
  ts_of_first_over_time: timeOfFirstOverTime,
  ts_of_last_over_time: timeOfLastOverTime,
  ts_of_max_over_time: timeOfMaxOverTime,
  ts_of_min_over_time: timeOfMinOverTime,
  vector,
  year,
}

/** How a function is carried out. The parser lets none through that is not here. */
export function evaluationOf(name: string): Evaluation {
  const evaluation = EVALUATIONS[name]
  if (evaluation === undefined) throw new Error(`there is no function ${name}`)
  return evaluation
}
