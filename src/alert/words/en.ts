import type { ReleaseEvent, ReleaseNotice } from '../notice.ts'
import { chanceBelow, grouped, percent, spoken } from './figures.ts'
import { countsOf, nameOf, type Phrases } from './phrases.ts'
import { type Compared, isVerdict, type Verdict, type Why } from './why.ts'

const TITLES: Readonly<Record<ReleaseEvent | 'stuck', string>> = {
  stuck: 'still has traffic: taking it back is stuck',
  started: 'is being released',
  promoted: 'promoted',
  'rolled-back': 'taken back',
  held: 'on hold, waits for a decision',
  inconclusive: 'not settled in time, waits for a decision',
  failed: 'failed before it took traffic',
}

const DIGEST: Readonly<Record<ReleaseEvent, string>> = {
  started: 'started',
  promoted: 'promoted',
  'rolled-back': 'taken back',
  held: 'on hold',
  inconclusive: 'not settled',
  failed: 'failed',
}

function outcome({ event, version, previous, stuck }: ReleaseNotice): string {
  if (stuck) return `${version} goes on taking traffic until what is in the way is gone; it is tried again by itself.`
  switch (event) {
    case 'started':
      return previous === null
        ? `${version} is the first version of this service.`
        : `${version} begins to take traffic beside ${previous}.`
    case 'promoted':
      return `${version} gets all traffic.`
    case 'rolled-back':
      return previous === null ? `${version} gets no traffic any more.` : `All traffic goes back to ${previous}.`
    case 'held':
    case 'inconclusive':
      return 'It stays where it is until somebody decides: promote it or roll it back.'
    default:
      return previous === null
        ? `${version} never took traffic.`
        : `${version} never took traffic; ${previous} serves as before.`
  }
}

function why(why: Why): string | undefined {
  if (isVerdict(why)) return capital(sentence(why))
  if (why.kind === 'undecided')
    return `No verdict before the deadline. ${capital(sentence(why.verdict))}${CHOSEN[why.choice]}`
  return why.kind === 'unproven'
    ? `Nothing worse was shown, which proves little. ${capital(sentence(why.verdict))}`
    : undefined
}

const CHOSEN = { hold: '', promote: ' Promoted as configured.', 'roll-back': ' Taken back as configured.' } as const

function sentence(why: Verdict): string {
  switch (why.kind) {
    case 'worse':
      return `${both(why)}${alsoIn(why.beside)}; ${chanceOf(why.chance)}.`
    case 'over-objective':
      return `${signalName(why.signal)}: ${share(why)} on the new version, over the objective of ${percent(why.objective ?? 0)}${alsoIn(why.beside)}; ${chanceOf(why.chance)}.`
    case 'shared-damage':
      return `${both(why)}; the version beside it is over the objective of ${percent(why.objective ?? 0)} too, so the release may be harming both${alsoIn(why.beside)}; ${chanceOf(why.chance)}.`
    case 'no-worse': {
      const each = why.signals.map(one => `${both(one)}${one.by === 'ceiling' ? ', below the ceiling' : ''}`)
      return `${each.join('; ')}; chance of promoting a version more than ${why.margin} times as bad < ${chanceBelow(why.chance)}.`
    }
    case 'no-traffic':
      return NO_TRAFFIC[why.version]
    case 'held':
      return `${both(why)}; shown to be good enough, but half way to being shown worse: held until that is settled.`
    default:
      return `${both(why)}; ${percent(why.towardPromotion, 0)} of the way to promotion, ${percent(why.towardRollBack, 0)} of the way to taking it back.`
  }
}

const NO_TRAFFIC = {
  canary: 'No request has reached the new version: nothing to judge it by.',
  stable: 'No request has reached the version beside it: nothing to compare with.',
  both: 'No request has reached either version: nothing to judge by.',
} as const

const alsoIn = (signals: readonly string[]): string =>
  signals.length === 0 ? '' : `; also worse: ${signals.map(signalName).join(', ')}`

const chanceOf = (chance: number): string => `chance of this if it were harmless < ${chanceBelow(chance)}`

function both(compared: Compared): string {
  const { signal, stable } = compared
  const beside =
    stable.requests === 0
      ? 'no requests'
      : `${grouped(stable.bad)} of ${grouped(stable.requests)} (${percent(stable.bad / stable.requests)})`
  return `${signalName(signal)}: ${share(compared)} on the new version, ${beside} on the one beside it`
}

/** `7 of 698 requests failed (1.0 %)`. */
function share({ signal, canary: { bad, requests } }: Compared): string {
  if (requests === 0) return 'no requests'
  const of = requests === 1 ? 'request' : 'requests'
  return `${grouped(bad)} of ${grouped(requests)} ${of} ${verbOf(signal, bad)} (${percent(bad / requests)})`
}

/** `slow-p99` counts requests that were slower than nearly all of the past. */
function signalName(signal: string): string {
  return signal.startsWith('slow-') ? `slower than the usual ${signal.slice('slow-'.length)}` : signal
}

function verbOf(signal: string, count: number): string {
  if (signal === 'errors') return 'failed'
  return `${count === 1 ? 'was' : 'were'} ${signal.startsWith('slow-') ? 'slow' : 'bad'}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export const en: Phrases = {
  title: (event, service, version) => `${service}: ${version} ${TITLES[event]}`,
  outcome,
  why,
  reason: reason => reason,
  hint: hint => hint,
  facts: {
    version: 'Version',
    badRequests: 'Bad requests served',
    afterDecision: 'Answered after the decision',
    verdictAfter: 'Decided after',
    actor: 'By',
    hint: 'What to do',
    at: 'At',
    release: 'Release',
  },
  versions: (version, previous) => (previous === null ? `${version} (the first)` : `${previous} → ${version}`),
  badOf: (bad, requests) => `${grouped(bad)} of ${grouped(requests)}`,
  requests: count => `${grouped(count)} ${count === 1 ? 'request' : 'requests'}`,
  seconds: seconds => spoken(seconds, { hour: 'h', minute: 'min', second: 's' }),
  actor: actor => (actor === 'hub' ? 'Shipwatch, by itself' : nameOf(actor)),
  test: {
    title: 'Test: this channel works',
    outcome: ({ actor, receiver }) => `Sent by ${nameOf(actor)} to ${receiver}, to see whether messages arrive.`,
  },
  heartbeat: {
    title: 'Heartbeat: this channel works',
    outcome: ({ receiver, everyMs }) =>
      `Sent to ${receiver} every ${en.seconds(everyMs / 1_000)}. If it stays away, so does everything else.`,
  },
  unproven: {
    title: ({ channel }) => `Nothing gets through the channel ${channel}`,
    outcome: ({ reason }, since) => {
      const last = since === undefined ? 'Nothing has ever been delivered over it' : `Last delivered: ${since}`
      return reason === undefined ? `${last}.` : `${last}. The last failure: ${reason}`
    },
    hint: ({ channel }) => `Look at its settings, then send a test: shipwatch channels test ${channel}`,
  },
  digest: {
    title: notice =>
      `${grouped(notice.notices.length)} messages in one: ${countsOf(notice)
        .map(({ event, count }) => `${count} ${DIGEST[event]}`)
        .join(', ')}`,
    line: (title, { cost }) =>
      cost && cost.badRequests > 0 ? `${title} (bad requests: ${en.badOf(cost.badRequests, cost.requests)})` : title,
  },
  link: 'Open the release',
}
