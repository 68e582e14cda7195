import type { TokenView, UserView } from '../../client/index.ts'
import { grid } from '../terminal/grid.ts'
import type { Look } from '../terminal/look.ts'
import { localTime, timeOf } from '../words.ts'

/** People as a table, in the order given. */
export function drawUsers(users: readonly UserView[], look: Look): string[] {
  const { paint } = look
  const head = ['NAME', 'CALLED', 'ROLE', 'STANDING', 'LAST SIGNED IN'].map(paint.dim)
  const rows = users.map(user => [
    user.name,
    user.displayName === user.name ? '' : user.displayName,
    user.role,
    standingOf(user, look),
    user.signedInAt === null ? 'never' : localTime(timeOf(user.signedInAt), look),
  ])
  return grid([head, ...rows], look, { drops: [4], gives: 1 })
}

function standingOf({ disabled, mustChangePassword }: UserView, { paint }: Look): string {
  if (disabled) return paint.red('disabled')
  return mustChangePassword ? paint.yellow('one-time password') : paint.green('active')
}

/** Tokens as a table, in the order given. */
export function drawTokens(tokens: readonly TokenView[], look: Look): string[] {
  const { paint } = look
  if (tokens.length === 0) return ['no token yet']
  const head = ['NAME', 'MAY', 'OF', 'STATE', 'EXPIRES', 'LAST USED', 'FROM'].map(paint.dim)
  const rows = tokens.map(token => [
    token.name,
    token.scopes.at(-1) ?? 'nothing',
    token.owner ?? '-',
    token.state === 'valid' ? paint.green(token.state) : paint.red(token.state),
    token.expiresAt === null ? 'never' : localTime(timeOf(token.expiresAt), look),
    token.usedAt === null ? 'never' : localTime(timeOf(token.usedAt), look),
    token.usedFrom ?? '',
  ])
  return grid([head, ...rows], look, { drops: [6, 2] })
}
