import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../design/button.tsx'
import { Empty, Loading } from '../design/panel.tsx'
import type { NewTokenView, TokenView } from '../hub/contract.ts'
import { tokensQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useTexts, useWords } from '../language/language.tsx'
import { TOKENS } from '../language/texts/tokens.ts'
import { mayAdminister, useSession } from '../session/session.ts'
import { Page } from '../shell/page.tsx'
import { SecretDialog } from '../shell/secret-dialog.tsx'
import { NewTokenDialog } from './new-token-dialog.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'
import { TokenCard } from './token-card.tsx'
import { groupsOf } from './token-state.ts'

type Doing =
  | { readonly what: 'making' }
  | { readonly what: 'showing'; readonly made: NewTokenView }
  | { readonly what: 'revoking'; readonly token: TokenView }

/** What programs show instead of a password: one's own, and everybody's for an administrator. */
export function TokensPage() {
  useTexts(TOKENS)
  const { say } = useWords()
  const session = useSession()
  const { data: tokens, error, refetch } = useQuery(tokensQuery)
  const [doing, setDoing] = useState<Doing>()
  const end = (): void => setDoing(undefined)
  const { own, others } = groupsOf(tokens ?? [], session)
  return (
    <Page
      title={say('tokens')}
      lead={say('tokens.lead')}
      actions={
        <Button look="primary" onClick={() => setDoing({ what: 'making' })}>
          {say('token.make')}
        </Button>
      }
    >
      {error && !tokens && <Trouble error={error} onRetry={() => void refetch()} />}
      {!tokens && !error && <Loading label={say('loading')} tall />}
      {tokens && (
        <div className="grid gap-8">
          <section aria-label={say('tokens.own')}>
            {others.length > 0 && <h2 className="mb-3 text-lg">{say('tokens.own')}</h2>}
            {own.length === 0 && <Empty title={say('tokens.none')}>{say('tokens.noneHint')}</Empty>}
            <List tokens={own} onRevoke={token => setDoing({ what: 'revoking', token })} />
          </section>
          {mayAdminister(session) && others.length > 0 && (
            <section aria-label={say('tokens.others')}>
              <h2 className="mb-3 text-lg">{say('tokens.others')}</h2>
              <List tokens={others} onRevoke={token => setDoing({ what: 'revoking', token })} />
            </section>
          )}
        </div>
      )}
      {doing?.what === 'making' && (
        <NewTokenDialog onMade={made => setDoing({ what: 'showing', made })} onClose={end} />
      )}
      {doing?.what === 'showing' && (
        <SecretDialog
          title={say('token.made', { name: doing.made.token.name })}
          name={say('token.text')}
          secret={doing.made.text}
          onClose={end}
        >
          <div className="text-soft">
            <p>{say('token.usage')}</p>
            <code className="mt-2 block rounded-md bg-sunken px-3 py-2 font-mono text-sm break-all">
              {`curl -H "Authorization: Bearer $SHIPWATCH_TOKEN" ${location.origin}/api/v1/status`}
            </code>
          </div>
        </SecretDialog>
      )}
      {doing?.what === 'revoking' && <RevokeDialog token={doing.token} onClose={end} />}
    </Page>
  )
}

function List({
  tokens,
  onRevoke,
}: {
  readonly tokens: readonly TokenView[]
  readonly onRevoke: (token: TokenView) => void
}) {
  return (
    <ul className="grid gap-3">
      {tokens.map(token => (
        <li key={token.name}>
          <TokenCard token={token} onRevoke={() => onRevoke(token)} />
        </li>
      ))}
    </ul>
  )
}
