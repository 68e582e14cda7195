import type { ReactNode } from 'react'
import { Icon, INKS, StateShape, type Tone } from '../design/icons.tsx'
import { Fact } from '../design/panel.tsx'
import { unbroken } from '../design/unbroken.ts'
import type { ReleaseView } from '../hub/contract.ts'
import { readBecause } from '../language/because.ts'
import { useWords, type Words } from '../language/language.tsx'
import { hintOf, inOneLine, reasonLines } from '../language/reason.ts'
import { signalName } from '../language/reason-why.ts'
import { timeOf } from '../live/clock.ts'
import { Figures } from './figures.tsx'
import { reasonsOf } from './reasons.ts'
import { isCompared, phaseWords, standingOf } from './state.ts'

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
  const { say } = words
  const { outcome, held, detectable, blocked } = release
  const { shape, tone } = standingOf(release)
  const reasons = reasonsOf(release, words)
  const known = facts(release, words)
  const hint = outcome && hintOf(outcome, words)
  const order = held?.why === 'paused' ? readBecause(held.because) : undefined
  const note = order?.kind === 'ordered' ? order.note : null
  return (
    <section
      aria-label={say('verdict')}
      className={`grid gap-x-10 gap-y-5 rounded-lg border border-l-4 border-line bg-card p-4 sm:p-5 lg:grid-cols-[minmax(0,1fr)_auto] ${EDGES[tone]}`}
    >
      <div className="min-w-0 max-w-[46rem]">
        <p className={`flex items-start gap-2.5 text-lg font-semibold ${INKS[tone]}`}>
          <StateShape shape={shape} tone={tone} size="size-[1.125rem]" className="mt-[3px]" />
          {/* Times that run would be read out each second: only what it is doing is. */}
          <span>{unbroken(phaseWords(release, nowMs, words))}</span>
        </p>
        <p role="status" className="sr-only">
          {say(standingOf(release).word)}
        </p>
        {note && (
          <p className="mt-2 flex gap-2">
            <Icon name="note" size="size-3.5" className="mt-1 text-faint" />
            {note}
          </p>
        )}
        <div className="mt-2 grid gap-1 text-soft">
          {reasons.length === 0 && <p>{say('verdict.none')}</p>}
          {reasons.map((line, i) => (
            // Lines of one text; the same one may come twice.
            // oxlint-disable-next-line react/no-array-index-key
            <Line key={i} text={line} />
          ))}
        </div>
        {hint && <p className="mt-2 text-soft">{hint}</p>}
        {held && release.phase === 'held' && (
          <p className="mt-2 text-sm text-faint">{say(held.timeAgain ? 'held.timeAgain' : 'held.timeLeft')}</p>
        )}
        {blocked && (
          <>
            <p className="mt-2 font-medium text-bad">
              {say('blocked', { reason: inOneLine(reasonLines(blocked, words), words) })}
            </p>
            <p className="text-soft">{say('blocked.again')}</p>
          </>
        )}
        {detectable && !outcome && <p className="mt-2 text-sm text-faint">{detectableWords(detectable, words)}</p>}
      </div>
      {known.length > 0 && (
        <dl className="grid grid-cols-2 content-start gap-x-8 gap-y-3 sm:grid-cols-4 lg:grid-cols-2">
          {known.map(({ name, value }) => (
            <Fact key={name} name={name}>
              <span className="text-lg font-medium">{value}</span>
            </Fact>
          ))}
        </dl>
      )}
      {isCompared(release) && <Figures release={release} />}
    </section>
  )
}

/** What the traffic that came so far lets be seen. */
function detectableWords(found: NonNullable<ReleaseView['detectable']>, words: Words): string {
  const { say, format } = words
  const { signal, fromRate, toRate, withinMs } = found
  const about = { signal: signalName(signal, words), span: format.span(withinMs) }
  if (toRate === null) return say('detectable.none', about)
  return say('detectable.rise', { ...about, from: format.share(fromRate), to: format.share(toRate) })
}

/** A sentence; and the last words of a program as it wrote them. */
function Line({ text }: { readonly text: string }) {
  const [sentence = '', ...printed] = text.split('\n')
  return (
    <>
      <p>{unbroken(sentence)}</p>
      {printed.length > 0 && (
        <pre className="mt-1.5 mb-1 rounded-md bg-sunken px-3 py-2 font-mono text-sm whitespace-pre-wrap text-ink">
          {printed.join('\n')}
        </pre>
      )}
    </>
  )
}

/** What it cost once it is decided; until then how much has been seen. */
function facts({ outcome, exposedAt, candidate, weight, previous }: ReleaseView, { say, format }: Words) {
  const known: { readonly name: string; readonly value: ReactNode }[] = []
  if (!outcome) {
    known.push({ name: say('cost.weight'), value: format.weight(weight) })
    known.push({ name: say('cost.bad'), value: format.count(candidate.bad) })
    return known
  }
  if (exposedAt === null) return known
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
