import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { Mark } from '../design/icons.tsx'
import type { SessionView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { AccountMenu } from '../session/account-menu.tsx'
import { SessionContext } from '../session/session.ts'
import { LiveBanner, LiveSign } from './live-sign.tsx'
import { useFocusOnArrival } from './page.tsx'

/** What stands around every page. */
export function Shell({ session, children }: { readonly session: SessionView; readonly children: ReactNode }) {
  const { say } = useWords()
  const [location] = useLocation()
  const main = useFocusOnArrival(location)
  return (
    <SessionContext value={session}>
      <a
        href="#main"
        className="fixed top-2 left-2 z-30 -translate-y-20 rounded-md bg-sea px-4 py-2 font-medium text-sea-ink focus:translate-y-0"
      >
        {say('skip')}
      </a>
      <header className="sticky top-0 z-10 border-b border-line bg-paper">
        <div className="mx-auto flex h-14 max-w-[80rem] items-center gap-1.5 px-3 sm:gap-6 sm:px-6 lg:px-8">
          <Link href="/" className="flex items-center gap-2.5 rounded-md text-lg font-semibold">
            <Mark />
            <span className="max-sm:sr-only">Shipwatch</span>
          </Link>
          <nav aria-label={say('nav')} className="flex h-full flex-1">
            <Tab
              href="/"
              isHere={location === '/' || location.startsWith('/services') || location.startsWith('/releases')}
            >
              {say('services')}
            </Tab>
            <Tab href="/logbook" isHere={location.startsWith('/logbook')}>
              {say('logbook')}
            </Tab>
            <Tab href="/channels" isHere={location.startsWith('/channels') || location.startsWith('/deliveries')}>
              {say('notices')}
            </Tab>
          </nav>
          <LiveSign />
          <AccountMenu session={session} />
        </div>
      </header>
      <LiveBanner />
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </SessionContext>
  )
}

function Tab({
  href,
  isHere,
  children,
}: {
  readonly href: string
  readonly isHere: boolean
  readonly children: string
}) {
  return (
    <Link
      href={href}
      aria-current={isHere ? 'page' : undefined}
      className={`flex items-center border-y-2 border-t-transparent px-2 sm:px-3 ${isHere ? 'border-b-sea font-medium' : 'border-b-transparent text-soft hover:text-ink'}`}
    >
      {children}
    </Link>
  )
}
