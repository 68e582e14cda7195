import { Panel } from '../design/panel.tsx'
import type { ReleaseView, Tally } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { signalName } from '../language/reason-why.ts'
import { Swatch } from '../service/traffic-bar.tsx'
import { Way } from './way.tsx'

/** Each signal's way toward either boundary, with the counts that it rests on, and that of all together. */
export function Evidence({ release }: { readonly release: ReleaseView }) {
  const words = useWords()
  const { say, format } = words
  const { verdict, version, previous, missing } = release
  if (!verdict) {
    return (
      <Panel title={say('evidence')}>
        <p className="text-soft">{say(missing ? 'evidence.missing' : 'evidence.none')}</p>
      </Panel>
    )
  }
  const { signals, towardPromotion, towardRollBack } = verdict
  return (
    <Panel title={say('evidence')}>
      <div className="mb-4 flex justify-between gap-4 text-sm font-medium">
        <span className="text-bad">← {say('evidence.toBack')}</span>
        <span className="text-right text-good">{say('evidence.toPromotion')} →</span>
      </div>
      <ul className="grid gap-5">
        {signals.map(signal => {
          const label = signalName(signal.name, words)
          return (
            <li key={signal.name} className="grid gap-1.5">
              <h3 className="text-base font-medium">{label}</h3>
              <Bar label={label} {...signal} />
              <div className="flex flex-wrap gap-x-6 gap-y-0.5 text-sm text-soft">
                <Counted version={version} isNew tally={signal.canary} rate={signal.canaryRate} />
                <Counted version={previous ?? ''} isNew={false} tally={signal.stable} rate={signal.stableRate} />
              </div>
            </li>
          )
        })}
        {signals.length > 1 && (
          <li className="grid gap-1.5 border-t border-line pt-4">
            <h3 className="text-base font-medium">{say('evidence.together')}</h3>
            <Bar label={say('evidence.together')} towardRollBack={towardRollBack} towardPromotion={towardPromotion} />
          </li>
        )}
      </ul>
      <p className="mt-5 text-sm text-faint">
        {say('evidence.explained', { back: format.part(1), on: format.part(1) })}
      </p>
    </Panel>
  )
}

function Bar({
  label,
  towardRollBack,
  towardPromotion,
}: {
  readonly label: string
  readonly towardRollBack: number
  readonly towardPromotion: number
}) {
  const { format } = useWords()
  return (
    <div className="grid grid-cols-[3rem_1fr_3rem] items-center gap-2">
      <span className={towardRollBack > 0 ? 'font-medium text-bad' : 'text-faint'}>{format.part(towardRollBack)}</span>
      <Way label={label} towardRollBack={towardRollBack} towardPromotion={towardPromotion} isTall />
      <span className={`text-right ${towardPromotion > 0 ? 'font-medium text-good' : 'text-faint'}`}>
        {format.part(towardPromotion)}
      </span>
    </div>
  )
}

function Counted({
  version,
  isNew,
  tally,
  rate,
}: {
  readonly version: string
  readonly isNew: boolean
  readonly tally: Tally
  readonly rate: number | null
}) {
  const { say, format } = useWords()
  const { requests, bad } = tally
  return (
    <span className="inline-flex items-center gap-1.5">
      <Swatch isNew={isNew} />
      <span className="font-medium text-ink">{version}</span>
      {requests === 0
        ? say('requests.none')
        : say('requests.badOf', { bad: format.count(bad), count: requests, share: format.share(rate) })}
    </span>
  )
}
