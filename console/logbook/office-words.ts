import { explainFailure } from '../channels/failure.ts'
import type { EntryView } from '../hub/contract.ts'
import type { Key, Words } from '../language/language.tsx'
import { LANGUAGE_NAMES } from '../people/standing.ts'
import { agentName } from '../session/agent.ts'
import { scopeWord } from '../session/session.ts'

type Data = EntryView['data']
type Say = (entry: EntryView, words: Words) => string

/*
 * Entries about people, tokens, channels and the hub itself. Their data come from the store and may be of an older
 * version: what is not there, or not as expected, is left out.
 */
const SAYS: Readonly<Record<string, Say>> = {
  'user.created': ({ data }, { say }) => roleName(data['role'], say),
  'user.changed': ({ data }, words) => changes(data, words),
  'user.disabled': nothing,
  'user.enabled': nothing,
  'password.changed': nothing,
  'password.reset': nothing,
  'session.opened': ({ data }, { say }) =>
    say('entry.from', { agent: agentName(text(data, 'agent'), say), address: text(data, 'address') }),
  'session.ended': ({ data }, { say }) => {
    const sessions = number(data, 'sessions')
    return sessions === undefined ? '' : say('entry.sessions', { count: sessions })
  },
  'sign-in.refused': ({ data }, { say }) => {
    const why = REFUSALS[text(data, 'why')]
    const times = say('entry.failures', { count: number(data, 'failures') ?? 0, address: text(data, 'address') })
    return why === undefined ? times : say('entry.since', { what: say(why), why: times })
  },
  'token.created': ({ data }, { say, format }) => {
    const expiresAtMs = number(data, 'expiresAtMs')
    const right = rightName(data['scopes'], say)
    const until =
      expiresAtMs === undefined ? say('entry.forEver') : say('entry.until', { time: format.wholeTime(expiresAtMs) })
    return say('entry.token', { right, owner: ownerName(data, say), until })
  },
  'token.revoked': ({ data }, { say }) => ownerName(data, say),
  'channel.failing': ({ reason }, words) => why(reason, words),
  'channel.recovered': ({ data }, { say, format }) => {
    const failedForMs = number(data, 'failedForMs')
    return failedForMs === undefined ? '' : say('entry.failedFor', { span: format.span(failedForMs) })
  },
  'channel.unproven': ({ data, reason }, words) => {
    const { say, format } = words
    const saidMs = number(data, 'saidMs')
    const told = names(data['told'])
    return [
      saidMs === undefined ? say('entry.neverProven') : say('entry.notSince', { time: format.wholeTime(saidMs) }),
      told.length === 0 ? say('entry.nobodyTold') : say('entry.told', { receivers: told.join(', ') }),
      begun(why(reason, words)),
    ]
      .filter(Boolean)
      .join(words.language === 'zh' ? '' : ' ')
  },
  'channel.proven': nothing,
  'channel.tested': ({ data, reason }, words) => {
    const { say } = words
    if (data['ok'] === true) return say('entry.taken')
    return reason === undefined
      ? say('entry.notTaken')
      : say('entry.since', { what: say('entry.notTaken'), why: why(reason, words) })
  },
  'notice.dropped': ({ data, reason }, words) => {
    const { say, format } = words
    const critical = format.count(number(data, 'critical') ?? 0)
    const what = say('entry.dropped', { count: number(data, 'dropped') ?? 0, critical })
    return reason === undefined ? what : say('entry.since', { what, why: why(reason, words) })
  },
  'hub.started': ({ data }, { say }) =>
    say('entry.listens', {
      version: text(data, 'version'),
      address: text(data, 'address'),
      store: text(data, 'store'),
    }),
}

/** What an entry about anything but a release says; `undefined` for a kind that is none of these. */
export function officeWords(entry: EntryView, words: Words): string | undefined {
  return SAYS[entry.kind]?.(entry, words)
}

const REFUSALS: Readonly<Record<string, Key>> = {
  'wrong password': 'entry.wrongPassword',
  'unknown name': 'entry.unknownName',
  disabled: 'entry.keptOut',
}

const FIELDS = {
  name: 'field.name',
  displayName: 'field.displayName',
  role: 'field.role',
  language: 'field.language',
} as const

/** What was changed about somebody: what it was, and what it is. */
function changes(data: Data, words: Words): string {
  const [before, after] = [record(data['before']), record(data['after'])]
  return Object.entries(FIELDS)
    .filter(([field]) => field in after)
    .map(([field, word]) => {
      const value = (from: Data): string => fieldValue(field, from[field], words.say)
      return words.say('entry.changed', { field: words.say(word), before: value(before), after: value(after) })
    })
    .join(words.language === 'zh' ? '；' : '; ')
}

function fieldValue(field: string, value: unknown, say: Words['say']): string {
  if (field === 'role') return roleName(value, say)
  if (value === 'en' || value === 'zh') return field === 'language' ? LANGUAGE_NAMES[value] : value
  return typeof value === 'string' ? value : '–'
}

const ROLES: Readonly<Record<string, Key>> = { viewer: 'scope.read', releaser: 'scope.release', admin: 'scope.admin' }

function roleName(role: unknown, say: Words['say']): string {
  if (typeof role !== 'string') return '–'
  const word = ROLES[role]
  return word === undefined ? role : say(word)
}

function rightName(scopes: unknown, say: Words['say']): string {
  const known = names(scopes)
  return say(scopeWord((['read', 'release', 'admin'] as const).filter(scope => known.includes(scope))))
}

function ownerName(data: Data, say: Words['say']): string {
  const owner = text(data, 'owner')
  return owner === '' ? say('entry.ofNobody') : say('entry.of', { owner })
}

function nothing(): string {
  return ''
}

/** A reason stands after a colon, and may stand alone. */
const begun = (reason: string): string => reason.replace(/^[a-z]/, first => first.toUpperCase())

const why = (reason: string | undefined, { language }: Words): string =>
  reason === undefined ? '' : explainFailure(reason, language)

const text = (data: Data, key: string): string => {
  const value = data[key]
  return typeof value === 'string' ? value : ''
}

const number = (data: Data, key: string): number | undefined => {
  const value = data[key]
  return typeof value === 'number' ? value : undefined
}

const names = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(one => typeof one === 'string') : []

const record = (value: unknown): Data => (typeof value === 'object' && value !== null ? { ...value } : {})
