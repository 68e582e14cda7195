import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Secret } from '../../kernel/index.ts'
import type { Language, Tone } from '../notice.ts'

/** What every channel may say of itself. */
export const EVERY_CHANNEL = {
  language: z
    .enum(['zh', 'en'])
    .optional()
    .describe('What is said here is said in. A receiver that names its own has it.'),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe('Whether it may call addresses that are not public, such as 10.0.0.8 or localhost.'),
}

/** When somebody is mentioned by name, so that a telephone makes a sound. */
export const MENTIONED_WHEN = z
  .enum(['trouble', 'always'])
  .default('trouble')
  .describe('trouble: of what was taken back, failed or waits for a decision. always: of everything.')

export const KEYWORD = z
  .string()
  .min(1)
  .max(40)
  .optional()
  .describe('The keyword that the robot wants to see in every message.')

/** A provider's address, where another one than its own leads to it. */
export const endpoint = (address: string): z.ZodDefault<z.ZodURL> =>
  z
    .url({ protocol: /^https?$/ })
    .default(address)
    .describe('Where it is called: a gateway on the way, or an installation of your own.')

/** The secret part of a robot's address; people copy all of it. */
export const tokenAfter = (before: string): typeof Secret =>
  Secret.refine(secret => /^[\w.~-]+$/.test(secret.reveal()), {
    error: `expected the robot's token alone: what follows ${before} in its address`,
  })

/** Whether a message is of the kind that somebody should look at. */
export function isLoud(when: z.output<typeof MENTIONED_WHEN>, tone: Tone): boolean {
  return when === 'always' || tone === 'warning' || tone === 'bad'
}

/** Names a destination without giving away the secret that it is known by. */
export function destinationOf(type: string, ...parts: readonly string[]): string {
  return `${type}:${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 12)}`
}

/** How a tone looks at the beginning of a line, where there is no colour: shape, then word. */
export const MARKS: Readonly<Record<Tone, string>> = { news: '🔵', good: '✅', warning: '⚠️', bad: '⛔' }

/** Between a name and its value. */
export const COLON: Readonly<Record<Language, string>> = { en: ': ', zh: '：' }

export const CUT_NOTE: Readonly<Record<Language, string>> = {
  en: '(cut: too long for this channel)',
  zh: '（内容过长，已截断）',
}
