import { EVIDENCE_EN, EVIDENCE_ZH } from './evidence.ts'
import { LOGBOOK_EN, LOGBOOK_ZH } from './logbook.ts'
import { ORDERS_EN, ORDERS_ZH } from './orders.ts'
import { REASONS_EN, REASONS_ZH } from './reasons.ts'
import { RELEASE_EN, RELEASE_ZH } from './release.ts'
import { SERVICE_EN, SERVICE_ZH } from './service.ts'
import { SESSION_EN, SESSION_ZH } from './session.ts'
import { SHELL_EN, SHELL_ZH } from './shell.ts'

/** What may be said in the first view. The rest comes with the page that says it (`useTexts`). */
export const FIRST = {
  en: {
    ...SHELL_EN,
    ...SESSION_EN,
    ...SERVICE_EN,
    ...RELEASE_EN,
    ...EVIDENCE_EN,
    ...REASONS_EN,
    ...ORDERS_EN,
    ...LOGBOOK_EN,
  },
  zh: {
    ...SHELL_ZH,
    ...SESSION_ZH,
    ...SERVICE_ZH,
    ...RELEASE_ZH,
    ...EVIDENCE_ZH,
    ...REASONS_ZH,
    ...ORDERS_ZH,
    ...LOGBOOK_ZH,
  },
} as const
