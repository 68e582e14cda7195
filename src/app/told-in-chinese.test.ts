import { describe, expect, it } from 'vitest'
import { messagesOf } from '../alert/said.fixture.ts'
import type { Entry } from '../logbook/index.ts'
import type { Walk } from '../ship/release/release.fixture.ts'
import { WALKS } from '../ship/release/walks.fixture.ts'

/** A release's entries as the logbook has them. */
function entriesOf({ entries, plan }: Walk): readonly Entry[] {
  const { service, version } = plan
  return entries.map((told, i) => ({
    ...told,
    data: { version, ...told.data },
    seq: i + 1,
    id: `ent_${i + 1}`,
    at: 1_000 * i,
    subject: 'release/rel_1',
    service,
    hash: '',
  }))
}

/** What names, numbers, addresses, commands and the words of programs leave of a text: none of it is English. */
const english = (text: string): string =>
  text
    .replace(/\n[^]*$/, '')
    .replace(/cd \/srv && \S+ node \S+|GET \S+|(?:\/[\w.]+)+|\b\d+ MiB\b|\brel_1\b|ent_\d+/g, '')
    .replace(/\b(?:order|v\d|li|Shipwatch|SIG[A-Z]+|PORT|PATH|HPE_INVALID|E[A-Z]{2,})\b|slow-p99|p99/g, '')
    .replace(/\b(?:node|ins_1|UTC|port|cwd|command|env|shipwatch gateway)\b/g, '')
    .replace(/[^a-z]/gi, '')

describe('what people are told of a release', () => {
  it.each(WALKS)('holds no English in Chinese, and says why as English does, where it %s', (_, walk) => {
    const entries = entriesOf(walk())
    const [chinese, spoken] = [messagesOf(entries, 'zh'), messagesOf(entries, 'en')]
    expect(chinese.map(({ paragraphs }) => paragraphs.length)).toEqual(
      spoken.map(({ paragraphs }) => paragraphs.length),
    )
    for (const { title, paragraphs, facts } of chinese) {
      const known = facts.filter(({ value }) => value !== 'Look at it.').map(({ name, value }) => `${name} ${value}`)
      for (const text of [title, ...paragraphs, ...known]) expect(english(text), text).toBe('')
    }
  })

  it('is looked at for every event', () => {
    const events = WALKS.flatMap(([, walk]) => messagesOf(entriesOf(walk()), 'zh')).map(({ tone }) => tone)
    expect(new Set(events)).toEqual(new Set(['news', 'good', 'warning', 'bad']))
  })

  it('says in Chinese what to do about whatever the hub knows of', () => {
    const hints = WALKS.flatMap(([, walk]) => messagesOf(entriesOf(walk()), 'zh'))
      .flatMap(({ facts }) => facts.filter(({ name }) => name === '建议'))
      .map(({ value }) => value)
    expect(hints).toContain('完整日志：/var/lib/order.log。可手动尝试：cd /srv && PORT=3000 node order.js')
    expect(hints).toContain('请确认 shipwatch gateway 正在运行。')
  })
})
