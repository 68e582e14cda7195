import { perValue } from './arithmetic.ts'

/* In radians. https://prometheus.io/docs/prometheus/latest/querying/functions/#trigonometric-functions */

/** `sin(v)`: NaN for ±∞. */
export const sin = perValue(Math.sin)
/** `cos(v)`: NaN for ±∞. */
export const cos = perValue(Math.cos)
/** `tan(v)`: NaN for ±∞. */
export const tan = perValue(Math.tan)
/** `asin(v)`: NaN outside −1…1. */
export const asin = perValue(Math.asin)
/** `acos(v)`: NaN outside −1…1. */
export const acos = perValue(Math.acos)
/** `atan(v)`: ±π/2 for ±∞. */
export const atan = perValue(Math.atan)
/** `sinh(v)` */
export const sinh = perValue(Math.sinh)
/** `cosh(v)` */
export const cosh = perValue(Math.cosh)
/** `tanh(v)`: ±1 for ±∞. */
export const tanh = perValue(Math.tanh)
/** `asinh(v)` */
export const asinh = perValue(Math.asinh)
/** `acosh(v)`: NaN below 1. */
export const acosh = perValue(Math.acosh)
/** `atanh(v)`: ±∞ for ±1, NaN beyond. */
export const atanh = perValue(Math.atanh)
/** `deg(v)`: radians as degrees. */
export const deg = perValue(value => (value * 180) / Math.PI)
/** `rad(v)`: degrees as radians. */
export const rad = perValue(value => (value * Math.PI) / 180)
