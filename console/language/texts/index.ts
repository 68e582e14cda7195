import { AGENT } from './agent.ts'
import { ENTRIES } from './entries.ts'
import { FIRST } from './first.ts'
import type { InChinese } from './in-chinese.ts'
import { NOTICES } from './notices.ts'
import { PEOPLE } from './people.ts'
import { SECRET } from './secret.ts'
import { SESSIONS } from './sessions.ts'
import { TOKENS } from './tokens.ts'

/*
 * What the console says, by subject, both languages beside each other. A text about a number has two forms in English,
 * `_one` and `_other`; `{{shown}}` is the number as people write it. The console takes the types of this file alone:
 * its first view need not carry what other pages say.
 */

export const EN = {
  ...FIRST.en,
  ...PEOPLE.en,
  ...SECRET.en,
  ...TOKENS.en,
  ...NOTICES.en,
  ...ENTRIES.en,
  ...SESSIONS.en,
  ...AGENT.en,
} as const

export const ZH: InChinese<typeof EN> = {
  ...FIRST.zh,
  ...PEOPLE.zh,
  ...SECRET.zh,
  ...TOKENS.zh,
  ...NOTICES.zh,
  ...ENTRIES.zh,
  ...SESSIONS.zh,
  ...AGENT.zh,
}
