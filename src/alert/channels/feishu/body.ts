import type { Message, Tone } from '../../notice.ts'
import { fit, oneLine, type Piece, sizeInJson } from '../fit.ts'
import { linkTarget } from '../markdown.ts'
import { COLON, CUT_NOTE, isLoud, MARKS } from '../settings.ts'
import type { Config } from './config.ts'

/** Documented as 20 KB of the whole body; whether those are of 1,000 or 1,024 is not said. */
const MOST_BYTES = 20_000

const COLOURS: Readonly<Record<Tone, string>> = { news: 'blue', good: 'green', warning: 'orange', bad: 'red' }

/** What proves who sent it. */
export type Signature = Readonly<Record<'timestamp' | 'sign', string>>

/** The body of a message: a card, or plain text where that is asked for. */
export function bodyOf(message: Message, config: Config, signature?: Signature): string {
  const { at, keyword } = config
  const loud = isLoud(at.when, message.tone)
  const mentioned = [...(loud ? at.userIds : []), ...(loud && at.all ? ['all'] : [])]
  const needed = keyword === undefined || oneLine(message.title).includes(keyword) ? [] : [keyword]
  const url = message.link && linkTarget(message.link.url)
  const body = config.format === 'card' ? cardOf(message, url, mentioned) : textOf(message, url, mentioned)
  const written = (text: string): string => JSON.stringify({ ...signature, ...body(text) })
  const end = needed.map(line => `\n${line}`).join('')
  const most = MOST_BYTES - Buffer.byteLength(written(end))
  const pieces = piecesOf(message, config.format)
  return written(fit(pieces, { most, size: sizeInJson, note: `\n${CUT_NOTE[message.language]}` }) + end)
}

function piecesOf({ paragraphs, facts, language }: Message, format: Config['format']): Piece[] {
  const plain = format === 'card' ? (text: string): string => text : withoutTags
  return [
    ...paragraphs.map((text, index) => ({
      text,
      write: (text: string) => `${index === 0 ? '' : '\n'}${plain(text)}`,
    })),
    ...facts.map(({ name, value }) => ({
      text: oneLine(value),
      write: (text: string) => `\n${plain(oneLine(name))}${COLON[language]}${plain(text)}`,
    })),
  ]
}

/**
 * A card that takes its text last. The words stand in `plain_text`, where nothing has a meaning, so no name of a
 * version can mention people or make links; only what comes from the configuration stands in `lark_md`.
 */
function cardOf({ title, tone, link }: Message, url: string | undefined, mentioned: readonly string[]) {
  return (content: string): object => ({
    msg_type: 'interactive',
    card: {
      config: { wide_screen_mode: true },
      header: {
        title: { tag: 'plain_text', content: `${MARKS[tone]} ${oneLine(title)}` },
        template: COLOURS[tone],
      },
      elements: [
        { tag: 'div', text: { tag: 'plain_text', content } },
        ...(mentioned.length === 0
          ? []
          : [{ tag: 'div', text: { tag: 'lark_md', content: mentioned.map(id => `<at id=${id}></at>`).join(' ') } }]),
        ...(url === undefined || !link
          ? []
          : [
              {
                tag: 'action',
                actions: [
                  { tag: 'button', text: { tag: 'plain_text', content: oneLine(link.label) }, type: 'primary', url },
                ],
              },
            ]),
      ],
    },
  })
}

function textOf({ title, tone, link, language }: Message, url: string | undefined, mentioned: readonly string[]) {
  const head = `${MARKS[tone]} ${withoutTags(oneLine(title))}\n`
  const tail = [
    ...(url === undefined || !link ? [] : [`${withoutTags(oneLine(link.label))}${COLON[language]}${url}`]),
    ...(mentioned.length === 0 ? [] : [mentioned.map(id => `<at user_id="${id}"></at>`).join(' ')]),
  ]
  const end = tail.map(line => `\n${line}`).join('')
  return (text: string): object => ({ msg_type: 'text', content: { text: head + text + end } })
}

/** `<at user_id="all">` mentions people in plain text. */
const withoutTags = (text: string): string => text.replace(/<(?=\S)/g, '＜')
