import type { InChinese } from './in-chinese.ts'

/** Signing in and out, and one’s own account, in English. */
export const SESSION_EN = {
  signIn: 'Sign in',
  'signIn.lead': 'The console shows and steers what is being released.',
  'signIn.name': 'Name',
  'signIn.wrong': 'Name and password do not fit together.',
  'signIn.wrongHint':
    'Check both. If they are right, an administrator may have kept you out: ask one. After several attempts the hub asks you to wait.',
  'signIn.throttled': 'Too many attempts.',
  'signIn.throttledHint':
    'You can try again in {{span}}. Until then the hub checks no password, not even the right one.',
  'signIn.again': 'You can try again now.',
  'signIn.againHint': 'An administrator can give you a new password if you have forgotten yours.',
  'signIn.foreign': 'The hub takes no sign-in from {{address}}.',
  'signIn.foreignHint':
    'Your password was not looked at. Open the console at the hub’s own address; behind a proxy, whoever runs the hub sets hub.publicUrl to this one.',
  'signIn.first': 'For the first time? The hub printed a one-time password for the administrator when it started.',
  signOut: 'Sign out',
  'signOut.failed': 'You are still signed in',
  account: 'Account and settings of {{name}}',
  'scope.read': 'may read',
  'scope.release': 'may release',
  'scope.admin': 'administrator',
  password: 'Password',
  sessions: 'Where you are signed in',
  'password.change': 'Change password',
  'password.present': 'Present password',
  'password.next': 'New password',
  'password.again': 'New password once more',
  'password.hint': 'Long beats complicated: four unrelated words are good.',
  'password.different': 'The two are not the same.',
  'password.firstTitle': 'Choose a password',
  'password.firstLead':
    'The one-time password of {{name}} has done its work. The console opens once you have chosen your own.',
} as const

export const SESSION_ZH: InChinese<typeof SESSION_EN> = {
  signIn: '登录',
  'signIn.lead': '在这里查看并掌控正在进行的发布。',
  'signIn.name': '用户名',
  'signIn.wrong': '用户名或密码不正确。',
  'signIn.wrongHint': '请核对两项。如果都没错，可能是账户已被停用，请联系管理员。多次尝试后需要等待一会儿。',
  'signIn.throttled': '尝试次数太多。',
  'signIn.throttledHint': '{{span}}后可以再试。在此之前不会核对任何密码，正确的也不行。',
  'signIn.again': '现在可以再试了。',
  'signIn.againHint': '如果忘了密码，管理员可以为你生成新的。',
  'signIn.foreign': '服务端不接受来自 {{address}} 的登录。',
  'signIn.foreignHint':
    '密码没有被核对。请从服务端自己的地址打开控制台；如果前面有代理，请运维把 hub.publicUrl 设为这个地址。',
  'signIn.first': '第一次使用？管理员的一次性密码在服务端首次启动时已打印出来。',
  signOut: '退出登录',
  'signOut.failed': '尚未退出登录',
  account: '{{name}} 的账户与设置',
  'scope.read': '只读',
  'scope.release': '可发布',
  'scope.admin': '管理员',
  password: '密码',
  sessions: '已登录的设备',
  'password.change': '修改密码',
  'password.present': '当前密码',
  'password.next': '新密码',
  'password.again': '再输一次新密码',
  'password.hint': '长比复杂更好：四个互不相关的词就很好。',
  'password.different': '两次输入不一致。',
  'password.firstTitle': '设置密码',
  'password.firstLead': '{{name}} 的一次性密码已经用过。设置自己的密码后即可进入。',
}
