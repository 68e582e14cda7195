import type { InChinese } from './in-chinese.ts'

/** Browsers, in English. */
export const AGENT_EN = {
  'agent.on': '{{browser}} on {{system}}',
  'agent.unknown': 'an unknown browser',
} as const

export const AGENT_ZH: InChinese<typeof AGENT_EN> = {
  'agent.on': '{{system}} 上的 {{browser}}',
  'agent.unknown': '未知浏览器',
}

export const AGENT = { en: AGENT_EN, zh: AGENT_ZH }
