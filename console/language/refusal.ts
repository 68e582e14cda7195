import type { Language } from './format.ts'

/*
 * The hub refuses in English sentences. Those that people meet at a form are said in Chinese here, sentence by
 * sentence; what is not known word for word stays as it is, below a title that says in Chinese what it means.
 */

type Sentence = readonly [pattern: RegExp, say: (...parts: string[]) => string]

const RIGHTS: Readonly<Record<string, string>> = { read: '查看', release: '发布', admin: '管理' }

const PASSWORD_FAULTS: readonly Sentence[] = [
  sentence('it has fewer than (\\d+) characters', count => `少于 ${count} 个字符`),
  sentence('it is longer than ([\\d,]+) bytes', bytes => `超过 ${bytes} 字节`),
  sentence('it is made of very few different characters', () => '不同的字符太少'),
  sentence('its characters follow each other as in an alphabet', () => '字符是按顺序排列的'),
  sentence('it is one of those that everybody tries first', () => '这是人人最先会试的密码之一'),
  sentence('it is made of your name', () => '它由你的名字组成'),
]

const SENTENCES: readonly Sentence[] = [
  sentence('this password cannot be used: (.+)', why => `这个密码不能使用：${inChinese(why, PASSWORD_FAULTS) ?? why}`),
  sentence(
    'Take several words that do not belong together, or let a password manager make one\\.',
    () => '请用几个互不相关的词，或由密码管理器生成。',
  ),
  sentence('the present password is wrong', () => '当前密码不正确'),
  sentence('the new password is the present one', () => '新密码与当前密码相同'),
  sentence('Choose another one\\.', () => '请另选一个。'),
  sentence('this password or this session was changed meanwhile', () => '这个密码或这次登录在此期间已被更改'),
  sentence('Sign in again\\.', () => '请重新登录。'),
  sentence('too many tries with a wrong name or password', () => '用户名或密码错误的次数太多'),
  sentence('Try again in (\\d+) s\\.', seconds => `${seconds} 秒后可以再试。`),
  sentence('Try again in (\\d+) minutes\\.', minutes => `${minutes} 分钟后可以再试。`),
  sentence('too many people are signing in at once', () => '同时登录的人太多'),
  sentence('Try again in a few seconds\\.', () => '请几秒钟后再试。'),
  sentence('“(.*)” cannot be a name to sign in with', name => `“${name}”不能用作用户名`),
  sentence(
    'Use 1 to 32 of a–z, 0–9, “\\.”, “_” and “-”, beginning and ending with a letter or digit; the display name is free\\.',
    () => '请用 1 到 32 个 a–z、0–9、“.”、“_”或“-”，首尾须为字母或数字；显示名称不受限制。',
  ),
  sentence(
    'a display name has 1 to 100 characters and none that control a terminal',
    () => '显示名称须为 1 到 100 个字符，且不含控制字符',
  ),
  sentence('there is a user “(.*)” already', name => `已有用户“${name}”`),
  sentence("“(.*)” was somebody else's name before", name => `“${name}”曾是别人的用户名`),
  sentence(
    'Choose another name, so that the logbook stays clear about who did what\\.',
    () => '请另选一个，这样日志里谁做了什么才一清二楚。',
  ),
  sentence('there is no user “(.*)”', name => `没有用户“${name}”`),
  sentence('(\\S+) is the last administrator who can sign in', name => `${name} 是最后一个能登录的管理员`),
  sentence('Make somebody else an administrator first\\.', () => '请先把另一个人设为管理员。'),
  sentence('this is your own password', () => '这是你自己的密码'),
  sentence("“(.*)” cannot be a token's name", name => `“${name}”不能用作令牌名称`),
  sentence(
    'Use 1 to 64 of a–z, 0–9, “\\.”, “_” and “-”, beginning and ending with a letter or digit, but not “local”\\.',
    () => '请用 1 到 64 个 a–z、0–9、“.”、“_”或“-”，首尾须为字母或数字，且不能是“local”。',
  ),
  sentence('there is a token “(.*)” already', name => `已有令牌“${name}”`),
  sentence('Choose another name, or revoke that one first\\.', () => '请另选一个名称，或先吊销那一个。'),
  sentence('there is no token “(.*)”', name => `没有令牌“${name}”`),
  sentence('(\\S+) has (\\d+) tokens already', (_, count) => `已经有 ${count} 个令牌`),
  sentence('Revoke what is not used\\.', () => '请吊销不用的令牌。'),
  sentence('this needs the right “(\\w+)”, and \\S+ has .+', right => `这需要${RIGHTS[right] ?? right}权限`),
  sentence('Ask an administrator for a role that includes it\\.', () => '请向管理员申请包含此权限的角色。'),
  sentence(
    '(\\S+) takes no more messages for (\\d+) s',
    (channel, seconds) => `${channel} 在 ${seconds} 秒内不再接收消息`,
  ),
  sentence('Try again then\\.', () => '请届时再试。'),
  sentence('no delivery (\\S+)', id => `没有投递 ${id}`),
  sentence('What is over is kept for (\\d+) days\\.', days => `已结束的保留 ${days} 天。`),
]

const RELEASES: readonly Sentence[] = [
  sentence('“(.*)” cannot be a version', version => `“${version}”不能用作版本号`),
  sentence(
    'Use letters, digits and \\. _ \\+ : @ / -, 128 at most, the first a letter or digit\\.',
    () => '请用字母、数字和 . _ + : @ / -，最多 128 个，首个须为字母或数字。',
  ),
  sentence(
    '(\\S+ \\S+) was deployed before with another command or configuration',
    what => `${what} 曾以不同的命令或配置部署过`,
  ),
  sentence(
    'A version never changes: deploy what is different under a new name\\.',
    () => '版本一经部署不再改变：内容不同，请用新的版本号。',
  ),
  sentence('(\\S+ \\S+) is on its way already: it is (.+)', (what, phase) => `${what} 已在发布中：${phaseOf(phase)}`),
  sentence('Follow it: shipwatch show (\\S+)', id => `可用 \`shipwatch show ${id}\` 查看。`),
  sentence('(\\S+ \\S+) is in service already', what => `${what} 已在服务中`),
  sentence('Deploy another version\\.', () => '请部署另一个版本。'),
  sentence(
    "(\\S+ \\S+) can't be (\\S+|taken back): it is (.+)",
    (what, order, phase) => `${what} 现在不能${ORDERS[order ?? ''] ?? ''}：${phaseOf(phase)}`,
  ),
  sentence(
    'Only a release under way can be\\.|A release can be paused while it is under way\\.',
    () => '只有进行中的发布才可以。',
  ),
  sentence('It is not on hold\\.', () => '它并未暂停。'),
  sentence("(\\S+ \\S+) can't be rearmed: nothing is in doubt", what => `${what} 无需重新比较：没有存疑之处`),
  sentence('Its verdicts act by themselves\\.', () => '它的结论会自动生效。'),
  sentence(
    "(\\S+ \\S+) can't be taken back: no version was there before it",
    what => `${what} 不能撤回：在它之前没有版本`,
  ),
  sentence('Use rollback --to VERSION to bring back an earlier version\\.', () => '请在服务页面回到更早的版本。'),
]

const ORDERS: Readonly<Record<string, string>> = {
  promoted: '推进',
  paused: '暂停',
  resumed: '继续',
  rearmed: '重新比较',
  'taken back': '撤回',
}

const PHASES: Readonly<Record<string, string>> = {
  waiting: '正在排队',
  moving: '正在切换',
  watching: '正在观察',
  held: '已暂停',
  promoting: '正在推进',
  baking: '已推进',
  retiring: '旧版本正在退出',
  'taking-back': '正在撤回',
  ended: '已结束',
}

const phaseOf = (phase = ''): string => PHASES[phase] ?? phase

/** A sentence of a refusal in the reader's language; in English, and where it is not known, as the hub wrote it. */
export function explainRefusal(text: string, language: Language): string {
  return language === 'en' ? text : (inChinese(text, SENTENCES) ?? inChinese(text, RELEASES) ?? text)
}

function inChinese(text: string, known: readonly Sentence[]): string | undefined {
  for (const [pattern, say] of known) {
    const found = pattern.exec(text)
    if (found) return say(...found.slice(1))
  }
  return undefined
}

function sentence(pattern: string, say: (...parts: string[]) => string): Sentence {
  return [new RegExp(`^${pattern}$`, 's'), say]
}
