import type { InChinese } from './in-chinese.ts'

/** What is shown once and never again, in English. */
export const SECRET_EN = {
  'secret.copy': 'Copy',
  'secret.copied': 'Copied',
  'secret.once': 'It is shown this once, and is kept nowhere.',
  'secret.isCopied': 'It is in your clipboard now. It is shown this once, and is kept nowhere.',
  'secret.byHand': 'The browser does not let the page copy. It is marked: copy it with the keyboard.',
  'secret.notCopied': 'It has not been copied yet.',
  'secret.notCopiedHint': 'Close once more, and nobody ever sees it again.',
  'secret.done': 'Done',
} as const

export const SECRET_ZH: InChinese<typeof SECRET_EN> = {
  'secret.copy': '复制',
  'secret.copied': '已复制',
  'secret.once': '只显示这一次，不会保存在任何地方。',
  'secret.isCopied': '已在剪贴板中。只显示这一次，不会保存在任何地方。',
  'secret.byHand': '浏览器不允许页面复制。内容已选中，请用键盘复制。',
  'secret.notCopied': '还没有复制。',
  'secret.notCopiedHint': '再次关闭后，谁也无法再看到它。',
  'secret.done': '完成',
}

export const SECRET = { en: SECRET_EN, zh: SECRET_ZH }
