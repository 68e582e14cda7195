import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { Button } from '../design/button.tsx'
import { TextField } from '../design/field.tsx'
import { Icon } from '../design/icons.tsx'
import { Notice } from '../design/notice.tsx'
import { Empty, Loading } from '../design/panel.tsx'
import type { ServiceView, StatusView } from '../hub/contract.ts'
import { statusQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { SmallProgress } from '../release/small-progress.tsx'
import { Page } from '../shell/page.tsx'
import { fits } from './find.ts'
import { concernsOf, gravestFirst } from './health.ts'
import { Health } from './instances.tsx'
import { TrafficBar } from './traffic-bar.tsx'

/** Concerns that are shown without asking for more. */
const AT_ONCE = 5

/** So many services are seen at a glance; of more, one is looked for by its name. */
const AT_A_GLANCE = 12

/** Every service: what serves, who gets the traffic, whether it is well, and what is on its way. */
export function ServicesPage() {
  const { say } = useWords()
  const { data, error, refetch } = useQuery(statusQuery)
  return (
    <Page title={say('services')} lead={data && data.services.length > 0 && <Summary status={data} />}>
      {error && !data && <Trouble error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading label={say('loading')} tall />}
      {data && <Overview status={data} />}
    </Page>
  )
}

function Summary({ status }: { readonly status: StatusView }) {
  const words = useWords()
  const { say } = words
  const { services, gateway } = status
  const underWay = services.filter(({ release }) => release !== null && release.phase !== 'baking').length
  const concerned = services.filter(service => concernsOf(service, words).length > 0).length
  return (
    <>
      {say('summary.services', { count: services.length })}
      {' · '}
      {underWay === 0 ? say('summary.noRelease') : say('summary.releases', { count: underWay })}
      {' · '}
      {concerned > 0 && say('summary.concerned', { count: concerned })}
      {concerned === 0 && say(gateway.reachable ? 'summary.allWell' : 'summary.noGateway')}
    </>
  )
}

function Overview({ status }: { readonly status: StatusView }) {
  const { say } = useWords()
  const { gateway, hub, services } = status
  if (services.length === 0) {
    return (
      <Empty title={say('services.none')}>
        <p>{say('services.noneHint')}</p>
        <code className="mt-3 inline-block rounded-md bg-sunken px-3 py-1.5 font-mono text-sm">shipwatch init</code>
      </Empty>
    )
  }
  return (
    <div className="grid gap-6">
      <Concerns status={status} />
      <Services services={services} />
      <p className="text-sm text-faint">
        {say('hub.about', { version: hub.version, gateway: gateway.address, store: hub.store })}
        {!hub.leading && ` ${say('hub.standsBy')}`}
      </p>
    </div>
  )
}

function Services({ services }: { readonly services: readonly ServiceView[] }) {
  const { say } = useWords()
  const [wanted, setWanted] = useState('')
  const found = services.filter(service => fits(service, wanted))
  return (
    <div className="grid gap-3">
      {services.length > AT_A_GLANCE && (
        <search className="mb-1 max-w-80">
          <TextField
            label={say('services.find')}
            type="search"
            autoComplete="off"
            spellCheck={false}
            value={wanted}
            onChange={event => setWanted(event.target.value)}
          />
        </search>
      )}
      {found.length === 0 && (
        <Empty title={say('services.noneFit', { wanted })}>
          <Button onClick={() => setWanted('')}>{say('services.all')}</Button>
        </Empty>
      )}
      <ul className="grid gap-3">
        {found.map(service => (
          <li key={service.name}>
            <ServiceCard service={service} />
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What somebody should look at, the gravest first: no more at once than can be taken in. */
function Concerns({ status }: { readonly status: StatusView }) {
  const words = useWords()
  const { say } = words
  const [isWhole, setWhole] = useState(false)
  const { gateway, services } = status
  const concerns = gravestFirst(services.flatMap(service => concernsOf(service, words)))
  if (gateway.reachable && concerns.length === 0) return null
  const shown = isWhole ? concerns : concerns.slice(0, AT_ONCE)
  return (
    <div className="grid gap-2">
      <ul className="grid gap-2">
        {!gateway.reachable && (
          <li>
            <Notice tone="bad" title={say('concern.gateway', { address: gateway.address })}>
              {say('concern.gatewayHint')}
            </Notice>
          </li>
        )}
        {shown.map(({ tone, text, service, release }) => (
          <li key={text}>
            <Notice
              tone={tone}
              title={text}
              action={
                <Link
                  href={release ? `/releases/${release}` : `/services/${service}`}
                  className="inline-flex items-center gap-1 font-medium text-sea underline-offset-4 hover:underline"
                >
                  {say('concern.look')}
                  <Icon name="forward" />
                </Link>
              }
            />
          </li>
        ))}
      </ul>
      {concerns.length > shown.length && (
        <div>
          <Button look="quiet" isSmall icon="chevron" onClick={() => setWhole(true)}>
            {say('concern.more', { count: concerns.length - shown.length })}
          </Button>
        </div>
      )}
    </div>
  )
}

function ServiceCard({ service }: { readonly service: ServiceView }) {
  const { say } = useWords()
  const { name, tier, owner, markets, stable, versions, release } = service
  const about = [
    say(tier === 'core' ? 'tier.core' : 'tier.edge'),
    ...(owner ? [owner] : []),
    ...(markets.length > 0 ? [markets.join(' ')] : []),
  ]
  return (
    <article className="relative grid gap-x-8 gap-y-4 rounded-lg border border-line bg-card p-4 transition-colors hover:border-edge sm:p-5 md:grid-cols-2 lg:grid-cols-[minmax(9rem,1fr)_minmax(12rem,1.3fr)_minmax(7rem,0.8fr)_minmax(16rem,2fr)]">
      <div className="min-w-0">
        <h2 className="text-lg">
          {/* The whole card is the link's target; what is a link of its own lies above it. */}
          <Link href={`/services/${name}`} className="after:absolute after:inset-0 after:rounded-lg">
            {name}
          </Link>
        </h2>
        <p className="text-sm text-faint">{about.join(' · ')}</p>
      </div>
      <div className="min-w-0">
        <p className="mb-1 text-sm text-faint">{say('traffic')}</p>
        <TrafficBar versions={versions} stable={stable} />
      </div>
      <div className="min-w-0">
        <p className="mb-1 text-sm text-faint">{say('instances')}</p>
        <Health service={service} />
      </div>
      <div className="min-w-0">
        <p className="mb-1 text-sm text-faint">{say('release')}</p>
        {release ? <SmallProgress release={release} /> : <p className="text-soft">{say('release.none')}</p>}
      </div>
    </article>
  )
}
