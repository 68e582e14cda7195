import { toRfc3339 } from '../../kernel/index.ts'
import type {
  DigestNotice,
  Language,
  Message,
  Notice,
  ReleaseEvent,
  ReleaseNotice,
  Tone,
  UnprovenNotice,
} from '../notice.ts'
import { en } from './en.ts'
import type { Phrases } from './phrases.ts'
import { readWhy } from './why.ts'
import { zh } from './zh.ts'

const PHRASES: Readonly<Record<Language, Phrases>> = { en, zh }

const TONES: Readonly<Record<ReleaseEvent, Tone>> = {
  started: 'news',
  promoted: 'good',
  'rolled-back': 'bad',
  held: 'warning',
  inconclusive: 'warning',
  failed: 'bad',
}

const LOUDNESS: readonly Tone[] = ['good', 'news', 'warning', 'bad']

const LONGEST_TITLE = 100

/** Puts a notice into words. */
export function say(notice: Notice, language: Language): Message {
  const phrases = PHRASES[language]
  const { id, atMs, url } = notice
  const common = {
    id,
    atMs,
    language,
    notice,
    ...(url === undefined ? {} : { link: { label: phrases.link, url } }),
  }
  switch (notice.kind) {
    case 'release':
      return { ...common, tone: TONES[notice.event], ...ofRelease(notice, phrases) }
    case 'test':
      return {
        ...common,
        tone: 'news',
        title: phrases.test.title,
        paragraphs: [phrases.test.outcome(notice)],
        facts: [timeOf(notice, phrases)],
      }
    case 'heartbeat':
      return {
        ...common,
        tone: 'news',
        title: phrases.heartbeat.title,
        paragraphs: [phrases.heartbeat.outcome(notice)],
        facts: [timeOf(notice, phrases)],
      }
    case 'unproven':
      return { ...common, tone: 'warning', ...ofUnproven(notice, phrases) }
    default:
      return {
        ...common,
        tone: loudest(notice),
        title: shortened(phrases.digest.title(notice), LONGEST_TITLE),
        paragraphs: notice.notices.map(one => phrases.digest.line(titleOf(one, phrases), one)),
        facts: [],
      }
  }
}

function ofUnproven(notice: UnprovenNotice, phrases: Phrases): Words {
  const { unproven, facts } = phrases
  const since = notice.saidMs === null ? undefined : inUtc(notice.saidMs)
  return {
    title: shortened(unproven.title(notice), LONGEST_TITLE),
    paragraphs: [unproven.outcome(notice, since)],
    facts: [{ name: facts.hint, value: unproven.hint(notice) }, timeOf(notice, phrases)],
  }
}

type Words = Pick<Message, 'title' | 'paragraphs' | 'facts'>

function ofRelease(notice: ReleaseNotice, phrases: Phrases): Words {
  return {
    title: titleOf(notice, phrases),
    paragraphs: [phrases.outcome(notice), ...reasonOf(notice, phrases)],
    facts: factsOf(notice, phrases),
  }
}

/** Long names are cut, and never what happened, which stands behind them. */
function titleOf({ event, stuck, service, version }: ReleaseNotice, phrases: Phrases): string {
  const what = stuck ? 'stuck' : event
  const room = LONGEST_TITLE - phrases.title(what, '', '').length
  const which = oneLine(version)
  const whose = shortened(oneLine(service), Math.max(Math.floor(room / 2), room - which.length))
  return phrases.title(what, whose, shortened(which, room - whose.length))
}

function reasonOf({ reason, why }: ReleaseNotice, phrases: Phrases): string[] {
  const known = readWhy(why)
  const told = known && phrases.why(known)
  if (told !== undefined) return [told]
  return reason === undefined || reason === '' ? [] : [phrases.reason(reason)]
}

function factsOf(notice: ReleaseNotice, phrases: Phrases): Message['facts'] {
  const { cost, hint, why, actor, version, previous, release } = notice
  const { facts } = phrases
  const found = [{ name: facts.version, value: phrases.versions(version, previous) }]
  if (cost) found.push({ name: facts.badRequests, value: phrases.badOf(cost.badRequests, cost.requests) })
  if (cost?.servedAfterDecision !== undefined) {
    found.push({ name: facts.afterDecision, value: phrases.requests(cost.servedAfterDecision) })
  }
  if (cost?.secondsToVerdict !== undefined) {
    found.push({ name: facts.verdictAfter, value: phrases.seconds(cost.secondsToVerdict) })
  }
  found.push({ name: facts.actor, value: phrases.actor(actor) })
  if (hint !== undefined) found.push({ name: facts.hint, value: phrases.hint(hint, readWhy(why)) })
  found.push(timeOf(notice, phrases), { name: facts.release, value: release })
  return found
}

function timeOf({ atMs }: Notice, { facts }: Phrases): Message['facts'][number] {
  return { name: facts.at, value: inUtc(atMs) }
}

/** As the logbook has it: whoever reads it may sit anywhere. */
function inUtc(atMs: number): string {
  return `${toRfc3339(atMs).slice(0, 19).replace('T', ' ')} UTC`
}

function loudest({ notices }: DigestNotice): Tone {
  const levels = notices.map(({ event }) => LOUDNESS.indexOf(TONES[event]))
  return LOUDNESS[Math.max(0, ...levels)] ?? 'news'
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Never ends within a character that takes two units of UTF-16. */
function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
