import { useQuery } from '@tanstack/react-query'
import { Empty, Loading } from '../design/panel.tsx'
import { channelsQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useTexts, useWords } from '../language/language.tsx'
import { NOTICES } from '../language/texts/notices.ts'
import { useHubNow } from '../live/live.tsx'
import { Page } from '../shell/page.tsx'
import { ChannelCard } from './channel-card.tsx'
import { Ways } from './parts.tsx'
import { standingOf } from './standing.ts'

/** Where people are told of releases, and whether they hear of it. */
export function ChannelsPage() {
  useTexts(NOTICES)
  const { say } = useWords()
  const { data: channels, error, refetch } = useQuery(channelsQuery)
  const nowMs = useHubNow()
  const tones = channels?.map(channel => standingOf(channel, nowMs).tone) ?? []
  const failing = tones.filter(tone => tone === 'bad').length
  const isWell = tones.length > 0 && tones.every(tone => tone === 'good')
  const lead =
    failing > 0 ? say('channels.concerned', { count: failing }) : say(isWell ? 'channels.well' : 'channels.lead')
  return (
    <Page title={say('channels')} lead={lead}>
      <div className="grid gap-5">
        <Ways here="channels" />
        {error && !channels && <Trouble error={error} onRetry={() => void refetch()} />}
        {!channels && !error && <Loading label={say('loading')} tall />}
        {channels?.length === 0 && (
          <Empty title={say('channels.none')}>
            <p>{say('channels.noneHint')}</p>
            <pre className="mt-3 inline-block rounded-md bg-sunken px-4 py-3 text-left font-mono text-sm text-ink">
              {EXAMPLE}
            </pre>
          </Empty>
        )}
        {channels && (
          <ul className="grid gap-3">
            {channels.map(channel => (
              <li key={channel.name}>
                <ChannelCard channel={channel} nowMs={nowMs} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Page>
  )
}

const EXAMPLE = `notify:
  channels:
    ops:
      type: dingtalk
      accessToken: \${DINGTALK_TOKEN}
      secret: \${DINGTALK_SECRET}`
