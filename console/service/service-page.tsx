import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { Button } from '../design/button.tsx'
import { Icon } from '../design/icons.tsx'
import { Notice } from '../design/notice.tsx'
import { Empty, Loading, Panel } from '../design/panel.tsx'
import type { ServiceView } from '../hub/contract.ts'
import { statusQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'
import { mayOrder } from '../release/orders.ts'
import { SmallProgress } from '../release/small-progress.tsx'
import { useSession } from '../session/session.ts'
import { Page } from '../shell/page.tsx'
import { DeployDialog } from './deploy-dialog.tsx'
import { concernsOf } from './health.ts'
import { History } from './history.tsx'
import { Health, Instances } from './instances.tsx'
import { TrafficBar } from './traffic-bar.tsx'

/** One service: what serves now, what is on its way, and what was before. */
export function ServicePage({ name }: { readonly name: string }) {
  const { say } = useWords()
  const { data, error, refetch } = useQuery(statusQuery)
  const service = data?.services.find(one => one.name === name)
  if (service) return <Whole service={service} />
  return (
    <Page title={name} above={<BackToServices />}>
      {error && !data && <Trouble error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading label={say('loading')} tall />}
      {data && (
        <Empty title={say('service.unknown', { name })}>
          <p>{say('service.unknownHint')}</p>
          <Link
            href={`/logbook?service=${encodeURIComponent(name)}`}
            className="inline-block py-1 text-sea underline underline-offset-4"
          >
            {say('logbook')}
          </Link>
        </Empty>
      )}
    </Page>
  )
}

function BackToServices() {
  const { say } = useWords()
  return (
    <Link
      href="/"
      className="inline-flex min-h-8 items-center gap-1 text-soft underline-offset-4 hover:text-ink hover:underline"
    >
      <Icon name="back" />
      {say('services')}
    </Link>
  )
}

function Whole({ service }: { readonly service: ServiceView }) {
  const words = useWords()
  const { say } = words
  const session = useSession()
  const [isDeploying, setDeploying] = useState(false)
  const { name, tier, owner, markets, stable, versions, release } = service
  const about = [
    say(tier === 'core' ? 'tier.core' : 'tier.edge'),
    ...(owner ? [say('service.owner', { owner })] : []),
    ...(markets.length > 0 ? [say('service.markets', { markets: markets.join(', ') })] : []),
  ]
  return (
    <Page
      title={name}
      above={<BackToServices />}
      lead={about.join(' · ')}
      actions={
        mayOrder(session) && (
          <Button look="primary" icon="deploy" onClick={() => setDeploying(true)}>
            {say('deploy')}
          </Button>
        )
      }
    >
      <div className="grid gap-4 lg:gap-5">
        {concernsOf(service, words).map(({ tone, text }) => (
          <Notice key={text} tone={tone} title={text} />
        ))}
        <div className="grid gap-4 md:grid-cols-2 lg:gap-5">
          <Panel title={say('traffic')} aside={<Serving stable={stable} />}>
            <TrafficBar versions={versions} stable={stable} />
          </Panel>
          <Panel title={say('release.underWay')}>
            {release ? <SmallProgress release={release} /> : <p className="text-soft">{say('release.none')}</p>}
          </Panel>
        </div>
        <Panel title={say('instances')} aside={<Health service={service} />}>
          <Instances service={service} />
        </Panel>
        <History service={service} />
      </div>
      {isDeploying && <DeployDialog service={service} onClose={() => setDeploying(false)} />}
    </Page>
  )
}

function Serving({ stable }: { readonly stable: string | null }) {
  const { say } = useWords()
  return (
    <span className="text-sm text-faint">
      {stable === null ? say('service.noVersion') : say('service.stable', { version: stable })}
    </span>
  )
}
