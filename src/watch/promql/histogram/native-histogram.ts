/** A native histogram: to be written. */
export interface NativeHistogram {
  readonly schema: number
}
