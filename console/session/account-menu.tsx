import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { Dialog } from '../design/dialog.tsx'
import { Icon } from '../design/icons.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine } from '../design/menu.tsx'
import { Loading } from '../design/panel.tsx'
import { THEMES, useTheme } from '../design/theme.tsx'
import { ask } from '../hub/ask.ts'
import type { SessionView } from '../hub/contract.ts'
import { sessionQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { Later } from '../shell/later.tsx'
import { KeepLanguage } from './keep-language.tsx'
import { PasswordForm } from './password-form.tsx'
import { mayAdminister, scopeWord } from './session.ts'

const LANGUAGES = [
  { value: 'zh', label: '中文', lang: 'zh-CN' },
  { value: 'en', label: 'English', lang: 'en' },
] as const

const THEME_WORDS = { system: 'theme.system', light: 'theme.light', dark: 'theme.dark' } as const

// Few look, so the first view does not carry it.
const loadSessions = () => import('./sessions.tsx')

/** Who is signed in, and what they can set for themselves. */
export function AccountMenu({ session }: { readonly session: SessionView }) {
  const { say, language, choose } = useWords()
  const { theme, choose: chooseTheme } = useTheme()
  const client = useQueryClient()
  const [, go] = useLocation()
  const [isChanging, setChanging] = useState(false)
  const [isLooking, setLooking] = useState(false)

  // The session is the hub's to end: who could not reach it is still signed in, and is told so.
  const signOut = useMutation({
    mutationFn: () => ask<unknown>({ method: 'DELETE', path: '/session' }),
    onSuccess: () => client.setQueryData(sessionQuery.queryKey, null),
  })

  return (
    <>
      <Menu
        label={say('account', { name: session.name })}
        button={
          <>
            <Icon name="person" />
            <span className="max-w-40 truncate max-md:sr-only">{session.name}</span>
          </>
        }
      >
        <div className="px-2.5 pt-1.5 pb-1">
          <p className="font-medium">{session.name}</p>
          <p className="text-sm text-faint">
            {session.actor} · {say(scopeWord(session.scopes))}
          </p>
        </div>
        <MenuLine />
        {mayAdminister(session) && <MenuItem onChoose={() => go('/people')}>{say('people')}</MenuItem>}
        <MenuItem onChoose={() => go('/tokens')}>{say('tokens')}</MenuItem>
        <MenuLine />
        <MenuChoice label={say('language')} value={language} options={LANGUAGES} onChoose={choose} />
        <MenuLine />
        <MenuChoice
          label={say('theme')}
          value={theme}
          options={THEMES.map(value => ({ value, label: say(THEME_WORDS[value]) }))}
          onChoose={chooseTheme}
        />
        <MenuLine />
        <MenuItem onChoose={() => setLooking(true)}>{say('sessions')}</MenuItem>
        <MenuItem onChoose={() => setChanging(true)}>{say('password.change')}</MenuItem>
        <MenuItem onChoose={() => signOut.mutate()}>{say('signOut')}</MenuItem>
      </Menu>
      <KeepLanguage session={session} />
      {signOut.error && (
        <Dialog title={say('signOut.failed')} onClose={signOut.reset}>
          <Trouble error={signOut.error} onRetry={() => signOut.mutate()} />
        </Dialog>
      )}
      {isLooking && (
        <Dialog title={say('sessions')} onClose={() => setLooking(false)}>
          <Later name="sessions" load={loadSessions} waiting={<Loading label={say('loading')} />}>
            {({ Sessions }) => <Sessions name={session.name} />}
          </Later>
        </Dialog>
      )}
      {isChanging && (
        <Dialog title={say('password.change')} onClose={() => setChanging(false)}>
          <PasswordForm name={session.name} onDone={() => setChanging(false)} onCancel={() => setChanging(false)} />
        </Dialog>
      )}
    </>
  )
}
