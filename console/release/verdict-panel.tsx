import type { ReactNode } from 'react'
import { INKS, StateShape, type Tone } from '../design/icons.tsx'
import { Fact } from '../design/panel.tsx'
import type { ReleaseView } from '../hub/contract.ts'
import { useWords, type Words } from '../language/language.tsx'
import { explain } from '../language/reason.ts'
import { timeOf } from '../live/clock.ts'
import { Swatch } from '../service/traffic-bar.tsx'
import { phaseWords, standingOf } from './state.ts'

const EDGES: Readonly<Record<Tone, string>> = {
  plain: 'border-l-edge',
  sea: 'border-l-sea',
  good: 'border-l-good',
  warn: 'border-l-warn',
  bad: 'border-l-bad',
}

/** The answer to “how is it going, and why”, before anything else. */
export function VerdictPanel({ release, nowMs }: { readonly release: ReleaseView; readonly nowMs: number }) {
  const words = useWords()
  const { say, language } = words
  const { outcome, verdict, missing, detectable, blocked } = release
  const { shape, tone } = standingOf(release)
  const reason = outcome?.reason ?? missing ?? verdict?.reason
  return (
    <section
      aria-label={say('verdict')}
      className={`grid gap-x-10 gap-y-5 rounded-lg border border-l-4 border-line bg-card p-4 sm:p-5 lg:grid-cols-[minmax(0,1fr)_auto] ${EDGES[tone]}`}
    >
      <div className="min-w-0 max-w-[46rem]">
        <p className={`flex items-start gap-2.5 text-lg font-semibold ${INKS[tone]}`}>
          <StateShape shape={shape} tone={tone} size="size-[1.125rem]" className="mt-[3px]" />
          {/* Times that run would be read out each second: only what it is doing is. */}
          <span>{phaseWords(release, nowMs, words)}</span>
        </p>
        <p role="status" className="sr-only">
          {say(standingOf(release).word)}
        </p>
        {reason ? (
          <div className="mt-2 text-soft">
            {explain(reason, language)
              .split('\n')
              .map((line, i) => (
                // Lines of one text; the same one may come twice.
                // oxlint-disable-next-line react/no-array-index-key
                <p key={i}>{line}</p>
              ))}
          </div>
        ) : (
          <p className="mt-2 text-soft">{say('verdict.none')}</p>
        )}
        {outcome?.hint && <p className="mt-2 text-soft">{outcome.hint}</p>}
        {blocked && <p className="mt-2 font-medium text-bad">{say('blocked', { reason: blocked })}</p>}
        {detectable && !outcome && (
          <p className="mt-2 text-sm text-faint">{say('detectable', { what: explain(detectable, language) })}</p>
        )}
      </div>
      <dl className="grid grid-cols-2 content-start gap-x-8 gap-y-3 sm:grid-cols-4 lg:grid-cols-2">
        {facts(release, words).map(({ name, value }) => (
          <Fact key={name} name={name}>
            <span className="text-lg font-medium">{value}</span>
          </Fact>
        ))}
      </dl>
      {release.previous !== null && <Counts release={release} />}
    </section>
  )
}

/** What it cost once it is decided; until then how much has been seen. */
function facts({ outcome, candidate, weight, previous }: ReleaseView, { say, format }: Words) {
  const known: { readonly name: string; readonly value: ReactNode }[] = []
  if (!outcome) {
    known.push({ name: say('cost.weight'), value: format.weight(weight) })
    known.push({ name: say('cost.bad'), value: format.count(candidate.bad) })
    return known
  }
  const { secondsToVerdict, inForceAt, decidedAt, servedAfterDecision } = outcome
  if (previous !== null && secondsToVerdict !== undefined) {
    known.push({ name: say('cost.toVerdict'), value: format.span(secondsToVerdict * 1_000) })
  }
  if (inForceAt !== undefined) {
    known.push({ name: say('cost.inForce'), value: format.span(timeOf(inForceAt) - timeOf(decidedAt)) })
  }
  known.push({ name: say('cost.bad'), value: format.count(candidate.bad) })
  if (servedAfterDecision !== undefined) {
    known.push({ name: say('cost.after'), value: format.count(servedAfterDecision) })
  }
  return known
}

/** Both versions' counts side by side. */
function Counts({ release }: { readonly release: ReleaseView }) {
  const { say, format } = useWords()
  const { version, previous, candidate, stable } = release
  const rows = [
    { name: version, isNew: true, tally: candidate },
    { name: previous ?? '', isNew: false, tally: stable },
  ]
  return (
    <table className="w-full max-w-[46rem] border-t border-line text-left">
      <thead>
        <tr className="text-sm text-faint *:pt-3 *:pr-3 *:pb-1 *:font-normal">
          <th scope="col">{say('version')}</th>
          <th scope="col" className="text-right">
            {say('requests')}
          </th>
          <th scope="col" className="text-right">
            {say('requests.bad')}
          </th>
          <th scope="col" className="pr-0! text-right">
            {say('requests.share')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, isNew, tally: { requests, bad } }) => (
          <tr key={name} className="*:py-0.5 *:pr-3">
            <th scope="row" className="font-medium">
              <span className="inline-flex items-center gap-2">
                <Swatch isNew={isNew} />
                {name}
              </span>
            </th>
            <td className="text-right">{format.count(requests)}</td>
            <td className="text-right">{format.count(bad)}</td>
            <td className="pr-0! text-right">{format.share(requests === 0 ? null : bad / requests)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
