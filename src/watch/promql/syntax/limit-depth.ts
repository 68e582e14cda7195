import type { Expr } from './ast.ts'
import { childrenOf } from './children.ts'
import { type Cursor, DEPTH_LIMIT } from './cursor.ts'

/**
 * Refuses trees that are too deep to be walked by recursion. Nesting is limited while it is read; a chain such as
 * `a + a + a…` is read by a loop and yet becomes a deep tree, whose height only shows here.
 */
export function limitDepth(expr: Expr, cursor: Cursor): void {
  let level: readonly Expr[] = [expr]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > 2 * DEPTH_LIMIT) {
      cursor.fail((level[0] as Expr).span, `expression is deeper than ${2 * DEPTH_LIMIT} levels`)
    }
    level = level.flatMap(childrenOf)
  }
}
