import type { Shape, Tone } from '../design/icons.tsx'
import type { Key, Say } from '../language/language.tsx'

interface Kind {
  readonly word: Key
  readonly shape: Shape
  readonly tone: Tone
}

/** The kinds of entries that the console knows; another one is shown by its own name. */
const KINDS: Readonly<Record<string, Kind>> = {
  'release.asked': { word: 'kind.asked', shape: 'waiting', tone: 'plain' },
  'release.started': { word: 'kind.started', shape: 'moving', tone: 'sea' },
  'release.stage': { word: 'kind.stage', shape: 'watching', tone: 'sea' },
  'release.paused': { word: 'kind.paused', shape: 'paused', tone: 'warn' },
  'release.resumed': { word: 'kind.resumed', shape: 'moving', tone: 'sea' },
  'release.rearmed': { word: 'kind.rearmed', shape: 'moving', tone: 'sea' },
  'release.inconclusive': { word: 'kind.inconclusive', shape: 'question', tone: 'warn' },
  'release.held': { word: 'kind.held', shape: 'question', tone: 'warn' },
  'release.mismatch': { word: 'kind.mismatch', shape: 'question', tone: 'warn' },
  'release.disarmed': { word: 'kind.disarmed', shape: 'question', tone: 'warn' },
  'release.promoting': { word: 'kind.promoting', shape: 'moving', tone: 'good' },
  'release.promoted': { word: 'kind.promoted', shape: 'good', tone: 'good' },
  'release.rolled-back': { word: 'kind.rolledBack', shape: 'back', tone: 'bad' },
  'release.taken-back': { word: 'kind.takenBack', shape: 'back', tone: 'bad' },
  'release.failed': { word: 'kind.failed', shape: 'bad', tone: 'bad' },
  'release.cancelled': { word: 'kind.cancelled', shape: 'over', tone: 'plain' },
  'release.blocked': { word: 'kind.blocked', shape: 'bad', tone: 'bad' },
  'release.no-evidence': { word: 'kind.noEvidence', shape: 'question', tone: 'warn' },
  'release.ended': { word: 'kind.ended', shape: 'over', tone: 'plain' },
  'notice.given-up': { word: 'kind.givenUp', shape: 'bad', tone: 'bad' },
  'notice.dropped': { word: 'kind.dropped', shape: 'bad', tone: 'bad' },
  'channel.failing': { word: 'kind.channelFailing', shape: 'bad', tone: 'bad' },
  'channel.recovered': { word: 'kind.channelRecovered', shape: 'good', tone: 'good' },
  'channel.unproven': { word: 'kind.channelUnproven', shape: 'question', tone: 'warn' },
  'channel.proven': { word: 'kind.channelProven', shape: 'good', tone: 'good' },
  'channel.tested': { word: 'kind.channelTested', shape: 'over', tone: 'plain' },
  'user.created': { word: 'kind.userCreated', shape: 'dot', tone: 'plain' },
  'user.changed': { word: 'kind.userChanged', shape: 'dot', tone: 'plain' },
  'user.disabled': { word: 'kind.userDisabled', shape: 'bad', tone: 'bad' },
  'user.enabled': { word: 'kind.userEnabled', shape: 'good', tone: 'good' },
  'sign-in.refused': { word: 'kind.refused', shape: 'question', tone: 'warn' },
  'session.opened': { word: 'kind.sessionOpened', shape: 'dot', tone: 'plain' },
  'session.ended': { word: 'kind.sessionEnded', shape: 'over', tone: 'plain' },
  'password.changed': { word: 'kind.passwordChanged', shape: 'dot', tone: 'plain' },
  'password.reset': { word: 'kind.passwordReset', shape: 'waiting', tone: 'plain' },
  'token.created': { word: 'kind.tokenCreated', shape: 'dot', tone: 'plain' },
  'token.revoked': { word: 'kind.tokenRevoked', shape: 'over', tone: 'plain' },
  'hub.started': { word: 'kind.hubStarted', shape: 'dot', tone: 'plain' },
}

/** What the first part of a kind's name is about, in the order in which people ask for it. */
const GROUPS: Readonly<Record<string, Key>> = {
  release: 'group.release',
  notice: 'group.notice',
  channel: 'group.channel',
  user: 'group.user',
  'sign-in': 'group.signIn',
  session: 'group.session',
  password: 'group.password',
  token: 'group.token',
  hub: 'group.hub',
}

export const KNOWN_KINDS: readonly string[] = Object.keys(KINDS)

export const kindName = (kind: string, { say }: { readonly say: Say }): string => {
  const known = KINDS[kind]
  return known ? say(known.word) : kind
}

export const shapeOf = (kind: string): { readonly shape: Shape; readonly tone: Tone } =>
  KINDS[kind] ?? { shape: 'dot', tone: 'plain' }

/** What can be filtered for: each group as a whole, and under it each kind; a group of one kind is that kind. */
export function kindOptions(words: {
  readonly say: Say
}): readonly { readonly value: string; readonly label: string }[] {
  const { say } = words
  return Object.entries(GROUPS).flatMap(([group, word]) => {
    const kinds = KNOWN_KINDS.filter(kind => kind.startsWith(`${group}.`))
    const each = kinds.map(kind => ({
      value: kind,
      label: say('group.one', { group: say(word), kind: kindName(kind, words) }),
    }))
    return kinds.length > 1 ? [{ value: group, label: say('group.all', { group: say(word) }) }, ...each] : each
  })
}
