import { signatureOf } from '../functions/signatures.ts'
import type { Call, Expr } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { quote } from './quote.ts'
import type { Token } from './tokens.ts'

/** `rate(x[5m])`, after its name. */
export function parseCall(cursor: Cursor, name: Token): Call {
  const args = parseArguments(cursor)
  const signature = signatureOf(name.text)
  if (signature === undefined) return cursor.fail(name, `unknown function with name ${quote(name.text)}`)
  if (signature.isExperimental && !cursor.experimental) {
    cursor.fail(name, `function ${quote(name.text)} is not enabled`)
  }
  return cursor.built({ kind: 'call', function: signature, args, span: cursor.spanFrom(name) }, args)
}

/** `(a, b)` */
export function parseArguments(cursor: Cursor): readonly Expr[] {
  cursor.expect('(')
  const args: Expr[] = []
  if (cursor.takeIf(')')) return args
  for (;;) {
    args.push(cursor.expr())
    const comma = cursor.takeIf(',')
    if (comma === undefined) {
      cursor.expect(')')
      return args
    }
    if (!cursor.seesExpr()) cursor.fail(comma, 'trailing commas not allowed in function call args')
  }
}
