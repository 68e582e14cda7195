import { oneLine, tidy } from './fit.ts'

/** What looks the same to a reader, and means nothing to a robot. */
const WIDE: Readonly<Record<string, string>> = {
  '<': '＜',
  '>': '＞',
  '[': '［',
  ']': '］',
  '`': '｀',
  '*': '＊',
  _: '＿',
  '~': '～',
  '#': '＃',
  '\\': '＼',
}

/**
 * Takes from a text what the Markdown of a robot would read as a mention, a link, markup or emphasis.
 *
 * No provider documents an escape for it, so the marks are replaced by their full-width twins, but only
 * where they have a meaning: `my_service` and `< 0.9 %` stay as they are.
 */
export function plainMarkdown(text: string): string {
  return tidy(text)
    .replace(/<(?=\S)|[[\]`*~\\]/g, wide)
    .replace(/^(\s*)([>#])/gm, (_, before: string, mark: string) => before + wide(mark))
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, wide)
}

const wide = (mark: string): string => WIDE[mark] ?? mark

/** An address as the target of a Markdown link, or `undefined` where it is none that people can open, or a monstrous one. */
export function linkTarget(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { protocol, href } = new URL(address)
  const target = href.replace(/[()<>[\]\\"'`*|^{}]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  return /^https?:$/.test(protocol) && target.length <= LONGEST_LINK ? target : undefined
}

/** Of links that still leave room for what they belong to. */
const LONGEST_LINK = 1_000

/** A title on one line. */
export const plainTitle = (text: string): string => plainMarkdown(oneLine(text))
