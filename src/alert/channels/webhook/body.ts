import { toRfc3339 } from '../../../kernel/index.ts'
import type { Message, Notice, ReleaseNotice } from '../../notice.ts'
import { tidy } from '../fit.ts'

/** Rises when a field is taken away or changes its meaning; new ones may come at any time. */
const VERSION = 1

/** The message as JSON: what it is about as data, and the words that people are told in. Documented in docs/channels.md. */
export function bodyOf({ id, atMs, language, tone, title, paragraphs, facts, link, notice }: Message): string {
  return JSON.stringify({
    version: VERSION,
    id,
    type: typeOf(notice),
    timestamp: toRfc3339(atMs),
    data: dataOf(notice),
    message: {
      language,
      tone,
      title: tidy(title),
      paragraphs: paragraphs.map(tidy),
      facts: facts.map(({ name, value }) => ({ name: tidy(name), value: tidy(value) })),
      ...(link ? { link: { label: tidy(link.label), url: tidy(link.url) } } : {}),
    },
  })
}

function typeOf(notice: Notice): string {
  return notice.kind === 'release' ? `release.${notice.event}` : notice.kind
}

function dataOf(notice: Notice): object {
  switch (notice.kind) {
    case 'release':
      return releaseOf(notice)
    case 'test':
      return { actor: notice.actor, receiver: notice.receiver }
    case 'heartbeat':
      return { channel: notice.channel, receiver: notice.receiver, everySeconds: notice.everyMs / 1_000 }
    case 'unproven':
      return {
        channel: notice.channel,
        lastSaidAt: notice.saidMs === null ? null : toRfc3339(notice.saidMs),
        ...(notice.reason === undefined ? {} : { reason: notice.reason }),
      }
    default:
      return {
        notices: notice.notices.map(one => ({
          id: one.id,
          type: typeOf(one),
          timestamp: toRfc3339(one.atMs),
          data: releaseOf(one),
        })),
      }
  }
}

function releaseOf({ kind: _kind, id: _id, atMs: _atMs, ...release }: ReleaseNotice): object {
  return release
}
