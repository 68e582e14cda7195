import { useQuery } from '@tanstack/react-query'
import { Route, Switch, useLocation } from 'wouter'
import { Loading } from './design/panel.tsx'
import { sessionQuery } from './hub/queries.ts'
import { Trouble } from './hub/trouble.tsx'
import { LanguageProvider, useWords } from './language/language.tsx'
import { LiveProvider } from './live/live.tsx'
import { ServicesPage } from './service/services-page.tsx'
import { Cover } from './session/cover.tsx'
import { NewPasswordPage } from './session/new-password-page.tsx'
import { SignInPage } from './session/sign-in-page.tsx'
import { Later } from './shell/later.tsx'
import { Mishap } from './shell/mishap.tsx'
import { NotFoundPage } from './shell/not-found-page.tsx'
import { Page } from './shell/page.tsx'
import { Shell } from './shell/shell.tsx'

// What is not in the first view comes when it is opened.
const loadService = () => import('./service/service-page.tsx')
const loadRelease = () => import('./release/release-page.tsx')
const loadLogbook = () => import('./logbook/logbook-page.tsx')
const loadChannels = () => import('./channels/channels-page.tsx')
const loadDeliveries = () => import('./channels/deliveries-page.tsx')
const loadDelivery = () => import('./channels/delivery-page.tsx')
const loadPeople = () => import('./people/people-page.tsx')
const loadTokens = () => import('./tokens/tokens-page.tsx')

export function App() {
  const session = useQuery(sessionQuery)
  return (
    <LanguageProvider person={session.data?.actor} account={session.data?.language}>
      <Entrance />
    </LanguageProvider>
  )
}

/** Who is not signed in sees the sign-in page, whatever the address; it is still there afterwards. */
function Entrance() {
  const { say } = useWords()
  const [address] = useLocation()
  const { data: session, error, refetch } = useQuery(sessionQuery)
  if (session === undefined) {
    return <Cover title={say('app.name')}>{error && <Trouble error={error} onRetry={() => void refetch()} />}</Cover>
  }
  if (session === null) return <SignInPage />
  if (session.mustChangePassword) return <NewPasswordPage session={session} />
  return (
    <LiveProvider>
      <Shell session={session}>
        <Mishap key={address}>
          <Switch>
            <Route path="/">
              <ServicesPage />
            </Route>
            <Route path="/services/:service">
              {({ service }) => (
                <Later name="service" load={loadService} waiting={<Opening />}>
                  {({ ServicePage }) => <ServicePage key={service} name={service} />}
                </Later>
              )}
            </Route>
            <Route path="/releases/:release">
              {({ release }) => (
                <Later name="release" load={loadRelease} waiting={<Opening />}>
                  {({ ReleasePage }) => <ReleasePage key={release} id={release} />}
                </Later>
              )}
            </Route>
            <Route path="/logbook">
              <Later name="logbook" load={loadLogbook} waiting={<Opening />}>
                {({ LogbookPage }) => <LogbookPage />}
              </Later>
            </Route>
            <Route path="/channels">
              <Later name="channels" load={loadChannels} waiting={<Opening />}>
                {({ ChannelsPage }) => <ChannelsPage />}
              </Later>
            </Route>
            <Route path="/deliveries">
              <Later name="deliveries" load={loadDeliveries} waiting={<Opening />}>
                {({ DeliveriesPage }) => <DeliveriesPage />}
              </Later>
            </Route>
            <Route path="/deliveries/:delivery">
              {({ delivery }) => (
                <Later name="delivery" load={loadDelivery} waiting={<Opening />}>
                  {({ DeliveryPage }) => <DeliveryPage key={delivery} id={delivery} />}
                </Later>
              )}
            </Route>
            <Route path="/people">
              <Later name="people" load={loadPeople} waiting={<Opening />}>
                {({ PeoplePage }) => <PeoplePage />}
              </Later>
            </Route>
            <Route path="/tokens">
              <Later name="tokens" load={loadTokens} waiting={<Opening />}>
                {({ TokensPage }) => <TokensPage />}
              </Later>
            </Route>
            <Route>
              <NotFoundPage />
            </Route>
          </Switch>
        </Mishap>
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
