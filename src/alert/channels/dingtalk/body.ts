import type { Message } from '../../notice.ts'
import { fit, type Piece, sizeInJson } from '../fit.ts'
import { linkTarget, plainMarkdown, plainTitle } from '../markdown.ts'
import { COLON, CUT_NOTE, isLoud, MARKS } from '../settings.ts'
import type { Config } from './config.ts'

/** Of the whole body; past it DingTalk answers 460101. */
const MOST_BYTES = 20_000

/** The body of a message: a card where a button leads somewhere, markdown where somebody is mentioned. */
export function bodyOf(message: Message, { format, at, keyword }: Config): string {
  const loud = isLoud(at.when, message.tone)
  const mentioned = {
    atMobiles: loud ? at.mobiles : [],
    atUserIds: loud ? at.userIds : [],
    isAtAll: loud && at.all,
  }
  const names = [...mentioned.atMobiles, ...mentioned.atUserIds].map(name => `@${name}`)
  const link = message.link && { label: plainTitle(message.link.label), url: linkTarget(message.link.url) }
  const title = `${MARKS[message.tone]} ${plainTitle(message.title)}`
  // Cards cannot mention anybody.
  const asCard = format === 'card' && link?.url !== undefined && names.length === 0 && !mentioned.isAtAll
  const tail = [
    ...(asCard || link?.url === undefined ? [] : [`[${link.label}](${link.url})`]),
    // Only a number that stands in the text as well is mentioned.
    ...(names.length === 0 ? [] : [names.join(' ')]),
    ...(keyword === undefined || title.includes(keyword) ? [] : [keyword]),
  ]
  const body = (text: string): object =>
    asCard
      ? {
          msgtype: 'actionCard',
          actionCard: { title, text, btnOrientation: '0', singleTitle: link.label, singleURL: link.url },
        }
      : { msgtype: 'markdown', markdown: { title, text }, at: mentioned }
  const end = tail.map(line => `\n\n${line}`).join('')
  const most = MOST_BYTES - Buffer.byteLength(JSON.stringify(body(end)))
  return JSON.stringify(
    body(fit(piecesOf(message, title), { most, size: sizeInJson, note: `\n\n${CUT_NOTE[message.language]}` }) + end),
  )
}

function piecesOf({ paragraphs, facts, language }: Message, title: string): Piece[] {
  return [
    { text: '', write: () => `#### ${title}` },
    ...paragraphs.map(text => ({ text, write: (text: string) => `\n\n${plainMarkdown(text)}` })),
    ...facts.map(({ name, value }, index) => ({
      text: value,
      write: (text: string) =>
        `${index === 0 ? '\n\n' : '\n'}- **${plainTitle(name)}**${COLON[language]}${plainTitle(text)}`,
    })),
  ]
}
