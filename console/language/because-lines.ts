import type { Because, Doubt } from './because.ts'
import { faultWords } from './fault-words.ts'
import type { Words } from './language.tsx'
import { below, signalName, tallied, whyLines } from './reason-why.ts'
import { stageName } from './stage-name.ts'

/**
 * A reason, a whole sentence a line; the last words of a program stand in its line after a line break. `alone`: under
 * a heading that says already what was found, its numbers alone.
 */
export function becauseLines(because: Because, words: Words, alone = false): readonly string[] {
  const { say, format } = words
  switch (because.kind) {
    case 'undecided':
      return [...whyLines(because.verdict, words), say(CHOSEN[because.choice])]
    case 'unproven':
      return [say('reason.unproven'), ...whyLines(because.verdict, words)]
    case 'answered-for':
      return [doubtLine(because, words), say('doubt.answered', { by: because.by }), ...whyLines(because.verdict, words)]
    case 'first-version':
      return [say('reason.firstVersion')]
    case 'doubted':
      return [
        ...(because.stage === null ? [] : [say('reason.stageOver', { stage: stageName(because.stage, words) })]),
        ...(because.verdict ? whyLines(because.verdict, words) : []),
        ...(because.late ? [say('reason.late')] : []),
        doubtLine(because, words),
        say(KEPT[because.keptFrom]),
      ]
    case 'arrivals':
      return arrivalsLines(because, words, alone)
    case 'instances':
      return instancesLines(because, words, alone)
    case 'ordered':
      return [because.note ?? say(ORDERED[because.order], { by: because.by })]
    case 'noted':
      return [because.note]
    case 'brought-back':
      return [say('reason.broughtBack', { version: because.version })]
    case 'superseded':
      return [say('reason.superseded', { version: because.version })]
    case 'in-force': {
      const { to, again, version } = because
      const span = format.span(because.tookMs)
      if (to === null) return [say('reason.noTraffic', { version, span })]
      return [say(again ? 'reason.trafficBack' : 'reason.trafficTo', { version: to, span })]
    }
    default:
      return [obstacleLine(because, words)]
  }
}

const CHOSEN = {
  hold: 'reason.late',
  promote: 'reason.promotedAsConfigured',
  'roll-back': 'reason.takenBackAsConfigured',
} as const
const KEPT = {
  'going-on': 'reason.staysHere',
  promotion: 'reason.notPromoted',
  'roll-back': 'reason.notTakenBack',
} as const
const ORDERED = {
  pause: 'reason.paused',
  resume: 'reason.resumed',
  rearm: 'reason.rearmed',
  promote: 'reason.promoted',
  'roll-back': 'reason.takenBack',
} as const

function doubtLine({ doubt, version }: { readonly doubt: Doubt; readonly version: string }, { say }: Words): string {
  return doubt === 'mismatch' ? say('doubt.mismatch', { version }) : say('doubt.disarmed', { previous: version })
}

function arrivalsLines(seen: Because & { kind: 'arrivals' }, words: Words, alone: boolean): readonly string[] {
  const { say, format } = words
  const { found, version, arrived, of, arrivedShare, expectedShare, chance } = seen
  if (arrivedShare === null) return [say('reason.nobodyCame')]
  const numbers = say('reason.arrived', {
    version,
    arrived: format.count(arrived),
    of: format.count(of),
    share: format.share(arrivedShare),
    expected: format.share(expectedShare),
  })
  const alarm = chance === null ? [] : [say('reason.chanceAsConfigured', { chance: below(chance) })]
  if (alone || found === 'as-expected') return [numbers, ...alarm]
  return [say(found === 'too-few' ? 'reason.trafficMissing' : 'doubt.mismatch', { version }), numbers, ...alarm]
}

function instancesLines(seen: Because & { kind: 'instances' }, words: Words, alone: boolean): readonly string[] {
  const { say } = words
  const { found, version, signal, worse, better, chance } = seen
  if (worse.requests + better.requests === 0) return [say('reason.noHalves', { version })]
  const halves = { signal: signalName(signal, words), one: tallied(worse, words), other: tallied(better, words) }
  const alarm = chance === null ? say('reason.nothingApart') : say('reason.chanceAlike', { chance: below(chance) })
  const title = alone || found === 'alike' ? [] : [say('doubt.disarmed', { previous: version })]
  return [...title, say('reason.halves', halves), alarm]
}

type Obstacle = Extract<
  Because,
  { kind: 'crash-loop' | 'not-ready' | 'cannot-start' | 'cannot-stop' | 'no-instance' | 'gateway' | 'reported' }
>

function obstacleLine(because: Obstacle, words: Words): string {
  const { say, format } = words
  switch (because.kind) {
    case 'crash-loop': {
      const { service, version, times, withinMs, fault, lines } = because
      const how = faultWords(fault, words)
      const said =
        times === 1
          ? say('obstacle.ended', { service, version, how })
          : say('obstacle.crashLoop', { service, version, times, span: format.span(withinMs), how })
      return said + printed(lines, words)
    }
    case 'not-ready': {
      const { service, version, waitedMs, asked, fault, lines } = because
      const how = faultWords(fault, words)
      return (
        say('obstacle.notReady', { service, version, span: format.span(waitedMs), asked, how }) + printed(lines, words)
      )
    }
    case 'cannot-start':
    case 'cannot-stop': {
      const { kind, service, version, fault } = because
      const key = kind === 'cannot-start' ? 'obstacle.cannotStart' : 'obstacle.cannotStop'
      return say(key, { service, version, how: faultWords(fault, words) })
    }
    case 'no-instance':
      return say('obstacle.noInstance', { ...because, weight: format.weight(because.weight) })
    case 'gateway': {
      const { fault, at, detail } = because
      return say(GATEWAY[fault], { at, detail: detail ?? '' })
    }
    case 'reported':
      return because.text
  }
}

const GATEWAY = {
  silent: 'obstacle.gatewaySilent',
  foreign: 'obstacle.gatewayForeign',
  'token-refused': 'obstacle.tokenRefused',
  'token-unread': 'obstacle.tokenUnread',
  refused: 'obstacle.gatewayRefused',
} as const

/** What a program wrote last, as it wrote it. */
function printed(lines: readonly string[], { say, language }: Words): string {
  const space = language === 'zh' ? '' : ' '
  if (lines.length === 0) return `${space}${say('obstacle.wroteNothing')}`
  return `${space}${say('obstacle.lastLines')}\n${lines.join('\n')}`
}

/** What to do about an obstacle; `undefined` where only whoever wrote the hint knows. */
export function hintWords(because: Because | undefined, { say }: Words): string | undefined {
  switch (because?.kind) {
    case 'crash-loop':
    case 'not-ready':
      return say('hint.byHand', { ...because.byHand })
    case 'cannot-start': {
      const key = START[because.fault.kind]
      return key && say(key)
    }
    case 'cannot-stop':
      return say('hint.cannotStop')
    case 'gateway':
      return because.fault === 'refused' ? undefined : say(ASK[because.fault])
    default:
      return undefined
  }
}

const START: Readonly<
  Partial<
    Record<
      string,
      'hint.portTaken' | 'hint.noFolder' | 'hint.noProgram' | 'hint.notInPath' | 'hint.diskFull' | 'hint.unwritable'
    >
  >
> = {
  'port-taken': 'hint.portTaken',
  'no-folder': 'hint.noFolder',
  'no-program': 'hint.noProgram',
  'not-in-path': 'hint.notInPath',
  'disk-full': 'hint.diskFull',
  unwritable: 'hint.unwritable',
}

const ASK = {
  silent: 'hint.gatewaySilent',
  foreign: 'hint.gatewayForeign',
  'token-refused': 'hint.tokenRefused',
  'token-unread': 'hint.tokenUnread',
} as const
