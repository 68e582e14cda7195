import type { ScalarValue, Value } from './value.ts'

/** The scalar arguments of a call, step by step. */
export function paramsAt(args: readonly Value[], steps: number): readonly (readonly number[])[] {
  const scalars = args.filter((arg): arg is ScalarValue => arg.type === 'scalar')
  const none: readonly number[] = []
  if (scalars.length === 0) return Array.from({ length: steps }, () => none)
  return Array.from({ length: steps }, (_, i) => scalars.map(({ values }) => values[i] as number))
}
