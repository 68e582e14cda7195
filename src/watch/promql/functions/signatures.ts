import type { ValueType } from '../syntax/value-type.ts'
import type { Signature } from './signature.ts'

/* Every function of Prometheus 3: https://prometheus.io/docs/prometheus/latest/querying/functions/ */

/** `name(vector, scalar?) scalar`: a `?` may be left out, `*` may be left out or repeated, `!` is experimental. */
const TABLE = `
abs(vector)
absent(vector)
absent_over_time(matrix)
acos(vector)
acosh(vector)
asin(vector)
asinh(vector)
atan(vector)
atanh(vector)
avg_over_time(matrix)
ceil(vector)
changes(matrix)
clamp(vector, scalar, scalar)
clamp_max(vector, scalar)
clamp_min(vector, scalar)
cos(vector)
cosh(vector)
count_over_time(matrix)
day_of_month(vector?)
day_of_week(vector?)
day_of_year(vector?)
days_in_month(vector?)
deg(vector)
delta(matrix)
deriv(matrix)
!double_exponential_smoothing(matrix, scalar, scalar)
!end() scalar
exp(vector)
!first_over_time(matrix)
floor(vector)
histogram_avg(vector)
histogram_count(vector)
histogram_fraction(scalar, scalar, vector)
histogram_quantile(scalar, vector)
!histogram_quantiles(vector, string, scalar, scalar?9)
histogram_stddev(vector)
histogram_stdvar(vector)
histogram_sum(vector)
hour(vector?)
idelta(matrix)
increase(matrix)
!info(vector, vector?)
irate(matrix)
label_join(vector, string, string, string*)
label_replace(vector, string, string, string, string)
last_over_time(matrix)
ln(vector)
log10(vector)
log2(vector)
!mad_over_time(matrix)
max_over_time(matrix)
min_over_time(matrix)
minute(vector?)
month(vector?)
pi() scalar
predict_linear(matrix, scalar)
present_over_time(matrix)
quantile_over_time(scalar, matrix)
rad(vector)
!range() scalar
rate(matrix)
resets(matrix)
round(vector, scalar?)
scalar(vector) scalar
sgn(vector)
sin(vector)
sinh(vector)
sort(vector)
!sort_by_label(vector, string*)
!sort_by_label_desc(vector, string*)
sort_desc(vector)
sqrt(vector)
!start() scalar
!start_timestamp(vector)
stddev_over_time(matrix)
stdvar_over_time(matrix)
!step() scalar
sum_over_time(matrix)
tan(vector)
tanh(vector)
time() scalar
timestamp(vector)
!ts_of_first_over_time(matrix)
!ts_of_last_over_time(matrix)
!ts_of_max_over_time(matrix)
!ts_of_min_over_time(matrix)
vector(scalar)
year(vector?)
`

/** By name, in alphabetical order. */
export const SIGNATURES: ReadonlyMap<string, Signature> = new Map(
  TABLE.trim()
    .split('\n')
    .map(line => read(line))
    .map(signature => [signature.name, signature]),
)

export function signatureOf(name: string): Signature | undefined {
  return SIGNATURES.get(name)
}

function read(line: string): Signature {
  const [, mark, name = '', list = '', returns = 'vector'] = /^(!?)(\w+)\((.*)\) ?(\w+)?$/.exec(line) ?? []
  const [, optional, most] = /([?*]?)(\d*)$/.exec(list) ?? []
  return {
    name,
    args: list === '' ? [] : list.split(', ').map(arg => arg.replace(/[?*]\d*$/, '') as ValueType),
    variadic: optional === '*' ? -1 : Number(optional === '?' ? most || 1 : 0),
    returns: returns as ValueType,
    isExperimental: mark === '!',
  }
}
