import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { Fact } from '../design/panel.tsx'
import { When } from '../design/when.tsx'
import type { TokenView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { useHubNow } from '../live/live.tsx'
import { scopeWord } from '../session/session.ts'
import { stateOf } from './token-state.ts'

/** One token: what it may do, whether it still may, and when it last did. */
export function TokenCard({ token, onRevoke }: { readonly token: TokenView; readonly onRevoke: () => void }) {
  const words = useWords()
  const { say } = words
  const nowMs = useHubNow(false)
  const { name, owner, scopes, createdBy, createdAt, expiresAt, usedAt, usedFrom } = token
  const { shape, tone, text } = stateOf(token, nowMs, words)
  const maker = `user/${owner ?? ''}`
  return (
    <article className="grid gap-x-8 gap-y-4 rounded-lg border border-line bg-card p-4 sm:p-5 lg:grid-cols-[minmax(12rem,1.4fr)_minmax(20rem,3fr)_auto] lg:items-center">
      <div className="min-w-0">
        <h3 className="text-lg">{name}</h3>
        <Badge shape={shape} tone={tone}>
          {text}
        </Badge>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Fact name={say('token.scope')}>{say(scopeWord(scopes))}</Fact>
        <Fact name={say('token.expires')}>{expiresAt === null ? say('token.never') : <When at={expiresAt} />}</Fact>
        <Fact name={say('token.used')}>
          {usedAt === null ? (
            say('token.unused')
          ) : (
            <>
              <When at={usedAt} />
              {usedFrom !== null && <span className="block text-sm text-faint">{usedFrom}</span>}
            </>
          )}
        </Fact>
        <Fact name={say('token.createdAt')}>
          <When at={createdAt} />
          <span className="block text-sm text-faint">
            {owner === null && say('token.ofNobody')}
            {owner !== null && createdBy !== maker && say('entry.by', { by: createdBy })}
            {owner !== null && createdBy === maker && owner}
          </span>
        </Fact>
      </dl>
      <div className="flex lg:justify-end">
        <Button isSmall look="careful" aria-label={say('token.revokeOne', { name })} onClick={onRevoke}>
          {say('token.revoke')}
        </Button>
      </div>
    </article>
  )
}
