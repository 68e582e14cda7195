import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Badge } from '../design/badge.tsx'
import { Button } from '../design/button.tsx'
import { Empty, Fact, Loading } from '../design/panel.tsx'
import { When } from '../design/when.tsx'
import type { UserView, UserWithPassword } from '../hub/contract.ts'
import { usersQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useTexts, useWords } from '../language/language.tsx'
import { PEOPLE } from '../language/texts/people.ts'
import { mayAdminister, ROLE_WORDS, useSession } from '../session/session.ts'
import { Page } from '../shell/page.tsx'
import { SecretDialog } from '../shell/secret-dialog.tsx'
import { NewUserDialog } from './new-user-dialog.tsx'
import { LANGUAGE_NAMES, standingOf } from './standing.ts'
import { NewPasswordDialog, StandingDialog } from './standing-dialogs.tsx'
import { UserDialog } from './user-dialog.tsx'

/** What is being done, and to whom. */
type Doing =
  | { readonly what: 'adding' }
  | { readonly what: 'changing' | 'new-password' | 'disabling' | 'enabling'; readonly user: UserView }
  | { readonly what: 'showing'; readonly made: UserWithPassword }

/** Who may sign in, and what they may do. For administrators. */
export function PeoplePage() {
  useTexts(PEOPLE)
  const { say } = useWords()
  const session = useSession()
  const [doing, setDoing] = useState<Doing>()
  const mayLook = mayAdminister(session)
  const { data: users, error, refetch } = useQuery({ ...usersQuery, enabled: mayLook })
  const end = (): void => setDoing(undefined)
  const show = (made: UserWithPassword): void => setDoing({ what: 'showing', made })
  if (!mayLook) {
    return (
      <Page title={say('people')}>
        <Empty title={say('people.denied')}>{say('people.deniedHint')}</Empty>
      </Page>
    )
  }
  return (
    <Page
      title={say('people')}
      lead={say('people.lead')}
      actions={
        <Button look="primary" icon="person" onClick={() => setDoing({ what: 'adding' })}>
          {say('people.add')}
        </Button>
      }
    >
      {error && !users && <Trouble error={error} onRetry={() => void refetch()} />}
      {!users && !error && <Loading label={say('loading')} tall />}
      {users && (
        <ul className="grid gap-3">
          {users.map(user => (
            <li key={user.name}>
              <Person
                user={user}
                isOwn={session.actor === `user/${user.name}`}
                onDo={what => setDoing({ what, user })}
              />
            </li>
          ))}
        </ul>
      )}
      {doing?.what === 'adding' && <NewUserDialog onMade={show} onClose={end} />}
      {doing?.what === 'changing' && (
        <UserDialog user={doing.user} isOwn={session.actor === `user/${doing.user.name}`} onClose={end} />
      )}
      {doing?.what === 'new-password' && <NewPasswordDialog user={doing.user} onMade={show} onClose={end} />}
      {(doing?.what === 'disabling' || doing?.what === 'enabling') && (
        <StandingDialog user={doing.user} verb={doing.what === 'disabling' ? 'disable' : 'enable'} onClose={end} />
      )}
      {doing?.what === 'showing' && (
        <SecretDialog
          title={say('people.passwordFor', { name: doing.made.user.name })}
          name={say('people.oneTimePassword')}
          secret={doing.made.password}
          onClose={end}
        >
          <p className="text-soft">{say('people.passwordMeans', { name: doing.made.user.name })}</p>
        </SecretDialog>
      )}
    </Page>
  )
}

function Person({
  user,
  isOwn,
  onDo,
}: {
  readonly user: UserView
  readonly isOwn: boolean
  readonly onDo: (what: 'changing' | 'new-password' | 'disabling' | 'enabling') => void
}) {
  const { say } = useWords()
  const { name, displayName, role, language, disabled, signedInAt } = user
  const { shape, tone, word } = standingOf(user)
  return (
    <article className="grid gap-x-8 gap-y-4 rounded-lg border border-line bg-card p-4 sm:p-5 lg:grid-cols-[minmax(12rem,1.4fr)_minmax(20rem,2.4fr)_auto] lg:items-center">
      <div className="min-w-0">
        <h2 className="text-lg">
          {displayName}
          {isOwn && <span className="ml-2 text-sm font-normal text-faint">{say('people.you')}</span>}
        </h2>
        <p className="flex flex-wrap items-center gap-x-3 text-soft">
          <span className="font-mono text-sm">{name}</span>
          <Badge shape={shape} tone={tone}>
            {say(word)}
          </Badge>
        </p>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
        <Fact name={say('people.role')}>{say(ROLE_WORDS[role])}</Fact>
        <Fact name={say('language')}>{language === null ? say('people.noLanguage') : LANGUAGE_NAMES[language]}</Fact>
        <Fact name={say('people.signedIn')}>
          {signedInAt === null ? say('people.never') : <When at={signedInAt} />}
        </Fact>
      </dl>
      <div className="flex flex-wrap gap-2 lg:w-72 lg:justify-end" role="group" aria-label={displayName}>
        <Button isSmall onClick={() => onDo('changing')}>
          {say('people.change')}
        </Button>
        {!isOwn && (
          <>
            <Button isSmall onClick={() => onDo('new-password')}>
              {say('people.newPassword')}
            </Button>
            <Button
              isSmall
              look={disabled ? 'plain' : 'careful'}
              onClick={() => onDo(disabled ? 'enabling' : 'disabling')}
            >
              {say(disabled ? 'people.enable' : 'people.disable')}
            </Button>
          </>
        )}
      </div>
    </article>
  )
}
