import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Route, Switch } from 'wouter'
import { Loading } from './design/panel.tsx'
import { sessionQuery } from './hub/queries.ts'
import { Trouble } from './hub/trouble.tsx'
import { LanguageProvider, useWords } from './language/language.tsx'
import { LiveProvider } from './live/live.tsx'
import { ServicesPage } from './service/services-page.tsx'
import { Cover } from './session/cover.tsx'
import { NewPasswordPage } from './session/new-password-page.tsx'
import { SignInPage } from './session/sign-in-page.tsx'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { Page } from './shell/page.tsx'
import { Shell } from './shell/shell.tsx'

// What is not in the first view comes when it is opened.
const ServicePage = lazy(() =>
  import('./service/service-page.tsx').then(({ ServicePage: page }) => ({ default: page })),
)
const ReleasePage = lazy(() =>
  import('./release/release-page.tsx').then(({ ReleasePage: page }) => ({ default: page })),
)
const LogbookPage = lazy(() =>
  import('./logbook/logbook-page.tsx').then(({ LogbookPage: page }) => ({ default: page })),
)

export function App() {
  const session = useQuery(sessionQuery)
  return (
    <LanguageProvider account={session.data?.language}>
      <Entrance />
    </LanguageProvider>
  )
}

/** Who is not signed in sees the sign-in page, whatever the address; it is still there afterwards. */
function Entrance() {
  const { say } = useWords()
  const { data: session, error, refetch } = useQuery(sessionQuery)
  if (session === undefined) {
    return <Cover title={say('app.name')}>{error && <Trouble error={error} onRetry={() => void refetch()} />}</Cover>
  }
  if (session === null) return <SignInPage />
  if (session.mustChangePassword) return <NewPasswordPage session={session} />
  return (
    <LiveProvider>
      <Shell session={session}>
        <Suspense fallback={<Opening />}>
          <Switch>
            <Route path="/">
              <ServicesPage />
            </Route>
            <Route path="/services/:service">
              {({ service }) => <ServicePage key={service} name={decodeURIComponent(service)} />}
            </Route>
            <Route path="/releases/:release">{({ release }) => <ReleasePage key={release} id={release} />}</Route>
            <Route path="/logbook">
              <LogbookPage />
            </Route>
            <Route>
              <NotFoundPage />
            </Route>
          </Switch>
        </Suspense>
      </Shell>
    </LiveProvider>
  )
}

function Opening() {
  const { say } = useWords()
  return (
    <Page title={say('app.name')} heading={<span className="sr-only">{say('loading')}</span>}>
      <Loading label={say('loading')} tall />
    </Page>
  )
}
