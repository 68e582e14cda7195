import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Loading, Panel } from '../../design/panel.tsx'
import type { ReleaseView } from '../../hub/contract.ts'
import { pointsQuery } from '../../hub/queries.ts'
import { Trouble } from '../../hub/trouble.tsx'
import { useWords } from '../../language/language.tsx'
import { Swatch } from '../../service/traffic-bar.tsx'
import { Later } from '../../shell/later.tsx'
import type { ChartProps } from './chart.tsx'
import { ceilingOf, errorLines, evidenceLines, latencyLines, latest, shareChanges, WINDOW_SECONDS } from './points.ts'

// The drawing of charts is heavier than the rest of the page: the page is there before it.
const loadChart = () => import('./chart.tsx')

/** Below this the axis of shares does not go, in percent, nor that of times, in milliseconds. */
const LEAST_SHARE = 2
const LEAST_MS = 50

/** How both versions did, and how far that proves anything, while it happens. */
export function Charts({ release }: { readonly release: ReleaseView }) {
  const { say, format } = useWords()
  const { data: points, error, refetch } = useQuery(pointsQuery(release.id))
  const drawn = useMemo(
    () =>
      points && {
        errors: errorLines(points),
        latency: latencyLines(points),
        evidence: evidenceLines(points),
        changes: shareChanges(points),
      },
    [points],
  )
  if (error && !points) {
    return (
      <Panel title={say('charts')}>
        <Trouble error={error} onRetry={() => void refetch()} />
      </Panel>
    )
  }
  if (!drawn) return <Loading label={say('loading')} />
  if (drawn.errors.seconds.length < 2) {
    return (
      <Panel title={say('charts')}>
        <p className="text-soft">{say('charts.none')}</p>
      </Panel>
    )
  }
  const { version } = release
  const previous = release.previous ?? ''
  const { errors, latency, evidence } = drawn
  const moments = drawn.changes.map(({ second, weight }) => ({ second, label: format.weight(weight) }))
  const both = [
    { label: version, ink: 'sea' },
    { label: previous, ink: 'edge', isDashed: true },
  ]
  const share = (percent: number | null): string => format.share(percent === null ? null : percent / 100)
  const [on, back] = [latest(evidence.series[0]) ?? 0, -(latest(evidence.series[1]) ?? 0)]
  return (
    <div className="grid gap-4 md:grid-cols-2 lg:gap-5">
      <div className="min-w-0 md:col-span-2">
        <Figure
          title={say('charts.evidence')}
          said={say('charts.evidenceSaid', { on: format.part(on / 100), back: format.part(back / 100) })}
          chart={{
            lines: evidence,
            series: [
              { label: say('evidence.toPromotion'), ink: 'good', isFilled: true },
              { label: say('evidence.toBack'), ink: 'bad', isFilled: true },
            ],
            low: -112,
            high: 112,
            boundaries: [
              { value: 100, ink: 'good', label: say('charts.promoted') },
              { value: -100, ink: 'bad', label: say('charts.takenBack') },
            ],
            moments,
            axis: value => format.part(Math.abs(value) / 100),
            time: format.time,
            heightPx: 200,
          }}
        />
      </div>
      <Figure
        title={say('charts.errors')}
        hint={say('charts.window', { seconds: WINDOW_SECONDS })}
        legend={[
          { version, isNew: true, value: share(latest(errors.series[0])) },
          { version: previous, isNew: false, value: share(latest(errors.series[1])) },
        ]}
        chart={{
          lines: errors,
          series: both,
          low: 0,
          high: ceilingOf(errors, LEAST_SHARE),
          moments,
          axis: value => `${Number(value.toFixed(1))} %`,
          time: format.time,
        }}
      />
      <Figure
        title={say('charts.latency')}
        hint={say('charts.latencyHint')}
        legend={[
          { version, isNew: true, value: format.milliseconds(latest(latency.series[0])) },
          { version: previous, isNew: false, value: format.milliseconds(latest(latency.series[1])) },
        ]}
        chart={{
          lines: latency,
          series: both,
          low: 0,
          high: ceilingOf(latency, LEAST_MS),
          moments,
          axis: value => format.milliseconds(value),
          time: format.time,
        }}
      />
    </div>
  )
}

/** A chart with its heading, and what it says now in words: a canvas says nothing to those who listen. */
function Figure({
  title,
  hint,
  said,
  legend,
  chart,
}: {
  readonly title: string
  readonly hint?: string
  readonly said?: string
  readonly legend?: readonly { readonly version: string; readonly isNew: boolean; readonly value: string }[]
  readonly chart: ChartProps
}) {
  return (
    <Panel title={title} aside={hint && <span className="text-sm text-faint">{hint}</span>}>
      {said && <p className="-mt-2 mb-3 text-soft">{said}</p>}
      {legend && (
        <p className="-mt-2 mb-3 flex flex-wrap gap-x-5 gap-y-0.5">
          {legend.map(({ version, isNew, value }) => (
            <span key={version} className="inline-flex items-center gap-1.5">
              <Swatch isNew={isNew} />
              <span className="text-soft">{version}</span>
              <span className="font-medium">{value}</span>
            </span>
          ))}
        </p>
      )}
      <div aria-hidden="true">
        <Later name="chart" load={loadChart} waiting={<div className="h-44" />}>
          {({ Chart }) => <Chart {...chart} />}
        </Later>
      </div>
    </Panel>
  )
}
