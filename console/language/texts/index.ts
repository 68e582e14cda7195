import { EVIDENCE_EN, EVIDENCE_ZH } from './evidence.ts'
import type { InChinese } from './in-chinese.ts'
import { LOGBOOK_EN, LOGBOOK_ZH } from './logbook.ts'
import { NOTICES_EN, NOTICES_ZH } from './notices.ts'
import { ORDERS_EN, ORDERS_ZH } from './orders.ts'
import { PEOPLE_EN, PEOPLE_ZH } from './people.ts'
import { RELEASE_EN, RELEASE_ZH } from './release.ts'
import { SERVICE_EN, SERVICE_ZH } from './service.ts'
import { SESSION_EN, SESSION_ZH } from './session.ts'
import { SHELL_EN, SHELL_ZH } from './shell.ts'
import { TOKENS_EN, TOKENS_ZH } from './tokens.ts'

/*
 * What the console says, by subject, both languages beside each other. A text about a number has two forms in English,
 * `_one` and `_other`; `{{shown}}` is the number as people write it.
 */

export const EN = {
  ...SHELL_EN,
  ...SESSION_EN,
  ...SERVICE_EN,
  ...RELEASE_EN,
  ...EVIDENCE_EN,
  ...ORDERS_EN,
  ...LOGBOOK_EN,
  ...PEOPLE_EN,
  ...TOKENS_EN,
  ...NOTICES_EN,
} as const

export const ZH: InChinese<typeof EN> = {
  ...SHELL_ZH,
  ...SESSION_ZH,
  ...SERVICE_ZH,
  ...RELEASE_ZH,
  ...EVIDENCE_ZH,
  ...ORDERS_ZH,
  ...LOGBOOK_ZH,
  ...PEOPLE_ZH,
  ...TOKENS_ZH,
  ...NOTICES_ZH,
}
