import type { Shape, Tone } from '../design/icons.tsx'
import type { Scope, SessionView, TokenView } from '../hub/contract.ts'
import type { Words } from '../language/language.tsx'
import { timeOf } from '../live/clock.ts'

const DAY_MS = 86_400_000
/** What ends within a fortnight is told in time for somebody to make the next one. */
export const SOON_MS = 14 * DAY_MS

export const LIFETIMES = ['7d', '30d', '90d', '365d', 'never'] as const
export type Lifetime = (typeof LIFETIMES)[number]
/** What the hub takes by itself. */
export const USUAL_LIFETIME: Lifetime = '90d'

const SCOPES = ['read', 'release', 'admin'] as const satisfies readonly Scope[]

/** The scopes that somebody may give away: none that they have not. */
export const scopesFor = (session: Pick<SessionView, 'scopes'>): readonly Scope[] =>
  SCOPES.filter(scope => session.scopes.includes(scope))

interface TokenState {
  readonly shape: Shape
  readonly tone: Tone
  readonly text: string
}

/** Whether a token is worth anything, and for how long still. */
export function stateOf(
  { state, expiresAt }: Pick<TokenView, 'state' | 'expiresAt'>,
  nowMs: number,
  { say, format }: Words,
): TokenState {
  if (state === 'void') return { shape: 'bad', tone: 'bad', text: say('token.void') }
  const expiresMs = expiresAt === null ? undefined : timeOf(expiresAt)
  if (state === 'expired' || (expiresMs !== undefined && expiresMs <= nowMs)) {
    return { shape: 'over', tone: 'plain', text: say('token.expired') }
  }
  if (expiresMs === undefined) return { shape: 'good', tone: 'good', text: say('token.forEver') }
  const span = roughly(expiresMs - nowMs, format)
  if (expiresMs - nowMs < SOON_MS) return { shape: 'question', tone: 'warn', text: say('token.soon', { span }) }
  return { shape: 'good', tone: 'good', text: say('token.valid', { span }) }
}

/** Days for as long as there are any: nobody plans a token by the minute. */
function roughly(leftMs: number, format: Words['format']): string {
  return format.clockSpan(leftMs >= DAY_MS ? Math.round(leftMs / DAY_MS) * DAY_MS : Math.max(60_000, leftMs))
}

/** One's own first, then the others'; each as the hub orders them. */
export function groupsOf(
  tokens: readonly TokenView[],
  { name }: Pick<SessionView, 'name'>,
): { readonly own: readonly TokenView[]; readonly others: readonly TokenView[] } {
  return {
    own: tokens.filter(({ owner }) => owner === name),
    others: tokens.filter(({ owner }) => owner !== name),
  }
}
