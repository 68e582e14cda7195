import type { InChinese } from './in-chinese.ts'

/** Where somebody is signed in, in English. */
export const SESSIONS_EN = {
  'sessions.lead': 'Sign out wherever you do not know yourself, and change your password then.',
  'sessions.here': 'this one',
  'sessions.from': 'from {{address}}',
  'sessions.opened': 'Signed in',
  'sessions.seen': 'Last used',
  'sessions.ends': 'Ends',
  'sessions.end': 'Sign out there',
  'sessions.endOne': 'Sign out there: {{agent}}, from {{address}}',
  'sessions.endOthers': 'Sign out everywhere else',
  'sessions.noOthers': 'You are signed in nowhere else.',
  'sessions.ended_one': 'Signed out in {{shown}} place.',
  'sessions.ended_other': 'Signed out in {{shown}} places.',
} as const

export const SESSIONS_ZH: InChinese<typeof SESSIONS_EN> = {
  'sessions.lead': '如有不认识的，请让它退出，并修改密码。',
  'sessions.here': '当前',
  'sessions.from': '来自 {{address}}',
  'sessions.opened': '登录于',
  'sessions.seen': '最近使用',
  'sessions.ends': '到期',
  'sessions.end': '让它退出',
  'sessions.endOne': '让它退出：{{agent}}，来自 {{address}}',
  'sessions.endOthers': '退出其他所有设备',
  'sessions.noOthers': '没有在其他地方登录。',
  'sessions.ended_other': '已在 {{shown}} 处退出。',
}

export const SESSIONS = { en: SESSIONS_EN, zh: SESSIONS_ZH }
