import type { Message, Tone } from '../../notice.ts'
import { cutTo, fit, oneLine, type Piece, sizeBytes } from '../fit.ts'
import { linkTarget, plainMarkdown, plainTitle } from '../markdown.ts'
import { COLON, CUT_NOTE, isLoud, MARKS } from '../settings.ts'
import type { Config } from './config.ts'

/** Of `content`; past them WeCom answers 40058. */
const MOST_BYTES = { markdown: 4_096, text: 2_048 } as const

/** The colours that its markdown has. */
const COLOURS: Readonly<Record<Tone, string>> = { news: 'comment', good: 'info', warning: 'warning', bad: 'warning' }

/** The body of a message, in the one of its three formats that can do what is asked for. */
export function bodyOf(message: Message, { format, at }: Config): string {
  const loud = isLoud(at.when, message.tone)
  if (loud && (at.mobiles.length > 0 || at.all)) return textOf(message, at)
  const userIds = loud ? at.userIds : []
  const url = message.link && linkTarget(message.link.url)
  if (format === 'card' && url !== undefined && userIds.length === 0) return cardOf(message, url)
  return markdownOf(message, url, userIds)
}

function markdownOf(message: Message, url: string | undefined, userIds: readonly string[]): string {
  const { tone, title, paragraphs, facts, language, link } = message
  const tail = [
    ...(url === undefined || !link ? [] : [`[${plainTitle(link.label)}](${url})`]),
    ...(userIds.length === 0 ? [] : [userIds.map(id => `<@${id}>`).join('')]),
  ]
  const pieces: Piece[] = [
    {
      text: oneLine(title),
      write: text => `**${MARKS[tone]} <font color="${COLOURS[tone]}">${plainMarkdown(text)}</font>**`,
    },
    ...paragraphs.map(text => ({ text, write: (text: string) => `\n${plainMarkdown(text)}` })),
    ...facts.map(({ name, value }) => ({
      text: oneLine(value),
      write: (text: string) => `\n> ${plainTitle(name)}${COLON[language]}${plainMarkdown(text)}`,
    })),
  ]
  return JSON.stringify({
    msgtype: 'markdown',
    markdown: { content: contentOf(message, pieces, tail, MOST_BYTES.markdown) },
  })
}

function textOf(message: Message, { mobiles, userIds, all }: Config['at']): string {
  const { tone, title, paragraphs, facts, language, link } = message
  const url = link && linkTarget(link.url)
  // `<@id>` and `<@all>` mention people in plain text as well.
  const plain = (text: string): string => text.replace(/<(?=\S)/g, '＜')
  const pieces: Piece[] = [
    { text: oneLine(title), write: text => `${MARKS[tone]} ${plain(text)}` },
    ...paragraphs.map(text => ({ text, write: (text: string) => `\n${plain(text)}` })),
    ...facts.map(({ name, value }) => ({
      text: oneLine(value),
      write: (text: string) => `\n${plain(oneLine(name))}${COLON[language]}${plain(text)}`,
    })),
  ]
  const tail = url === undefined || !link ? [] : [`${plain(oneLine(link.label))}${COLON[language]}${url}`]
  return JSON.stringify({
    msgtype: 'text',
    text: {
      content: contentOf(message, pieces, tail, MOST_BYTES.text),
      mentioned_list: [...userIds, ...(all ? ['@all'] : [])],
      mentioned_mobile_list: mobiles,
    },
  })
}

function contentOf(
  { language }: Message,
  pieces: readonly Piece[],
  tail: readonly string[],
  mostBytes: number,
): string {
  const end = tail.map(line => `\n${line}`).join('')
  return fit(pieces, { most: mostBytes - sizeBytes(end), size: sizeBytes, note: `\n${CUT_NOTE[language]}` }) + end
}

/**
 * How much of each part a card shows. WeCom recommends these in characters; what is longer it cuts itself, or
 * refuses: unconfirmed, so nothing is. Three bytes are one Chinese character.
 */
const CARD_BYTES = { title: 78, sub: 336, name: 15, value: 78 } as const

function cardOf({ tone, title, paragraphs, facts, link }: Message, url: string): string {
  return JSON.stringify({
    msgtype: 'template_card',
    template_card: {
      card_type: 'text_notice',
      main_title: { title: `${MARKS[tone]} ${cutTo(oneLine(title), CARD_BYTES.title)}` },
      sub_title_text: cutTo(paragraphs.map(oneLine).join('\n'), CARD_BYTES.sub),
      horizontal_content_list: facts.slice(0, 6).map(({ name, value }) => ({
        keyname: cutTo(oneLine(name), CARD_BYTES.name),
        value: cutTo(oneLine(value), CARD_BYTES.value),
      })),
      jump_list: [{ type: 1, title: cutTo(oneLine(link?.label ?? url), CARD_BYTES.value), url }],
      card_action: { type: 1, url },
    },
  })
}
