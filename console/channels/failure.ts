import type { Language } from '../language/format.ts'

/*
 * Why a message was not taken, as the hub wrote it down in English, said in Chinese. What a provider said itself
 * stands in brackets, as it said it. What is not known word for word stays as it is.
 */

type Clause = readonly [pattern: RegExp, say: (...parts: string[]) => string]

const PROVIDERS: Readonly<Record<string, string>> = {
  DingTalk: '钉钉',
  WeCom: '企业微信',
  Feishu: '飞书',
  'the webhook': 'Webhook 接收方',
}

/** What the hub knows of the providers' codes. */
const MEANINGS: Readonly<Record<string, string>> = {
  'more than 20 messages within a minute': '一分钟内超过 20 条消息',
  'more than 100 messages within a minute or 5 within a second': '一分钟内超过 100 条或一秒内超过 5 条消息',
  'too many messages': '消息太多',
  'too many messages at the same time': '同时发送的消息太多',
  'a code that is not known here': '未知的错误码',
  'it is busy': '对方繁忙',
  'the message is too long': '消息太长',
  'the message is too long, or a part of it is not allowed': '消息太长，或其中有不允许的内容',
  'it cannot read the message': '对方读不懂这条消息',
  'it cannot read the message: is endpoint the right one?': '对方读不懂这条消息：endpoint 配置对吗？',
  'its filter takes offence at the text': '内容被对方的过滤规则拦截',
  'the group exists no more': '群已不存在',
  'the robot is switched off: switch it on in the group': '机器人已停用：请在群里启用',
  'there is no such robot: copy accessToken from the group once more': '没有这个机器人：请重新从群里复制 accessToken',
  'there is no such robot: copy token from the group once more': '没有这个机器人：请重新从群里复制 token',
  'there is no such robot: copy key from the group once more': '没有这个机器人：请重新从群里复制 key',
  'its keyword is missing: set keyword as it is in the group': '缺少关键词：请按群里的设置填写 keyword',
  'this machine’s clock is more than an hour off': '本机时钟相差超过一小时',
  'the signature does not match: copy secret from the group once more': '签名不符：请重新从群里复制 secret',
  'the signature does not match, or this machine’s clock is more than an hour off: copy secret once more':
    '签名不符，或本机时钟相差超过一小时：请重新复制 secret',
  'it does not take messages from this address: add it in the group': '对方不接收来自此地址的消息：请在群里加入白名单',
  'its security settings do not take the message: look at them in the group':
    '群的安全设置不允许这条消息：请在群里查看',
}

const NETWORK: Readonly<Record<string, string>> = {
  'refuses connections': '拒绝连接',
  'closed the connection before its answer was whole': '没有答完就断开了连接',
  'is a name that nobody knows': '这个域名不存在',
  'cannot be looked up: the name server does not answer': '无法解析：域名服务器没有回应',
  'cannot be reached: no answer to the connection': '无法连接：没有回应',
  'cannot be reached: no way leads there': '无法连接：没有路由',
  'cannot be reached': '无法连接',
  'shows a certificate that has expired': '的证书已过期',
  'shows a certificate of another name': '的证书属于别的域名',
  'shows a certificate that it signed itself': '的证书是自签名的',
  'shows a certificate that nobody here trusts': '的证书不受信任',
}

const UNITS: Readonly<Record<string, string>> = { ms: '毫秒', s: '秒', m: '分钟', h: '小时', d: '天' }

const oneOf = (texts: Readonly<Record<string, string>>): string =>
  Object.keys(texts)
    .map(text => text.replace(/[.?]/g, '\\$&'))
    .toSorted((a, b) => b.length - a.length)
    .join('|')

const PROVIDER = `(${oneOf(PROVIDERS)})`
const provider = (name: string): string => PROVIDERS[name] ?? name

const CLAUSES: readonly Clause[] = [
  clause(`${PROVIDER} refused it: (${oneOf(MEANINGS)}) \\((.*)\\)`, (who, means, said) => {
    return `${provider(who)}拒绝了：${MEANINGS[means] ?? means}（${said}）`
  }),
  clause(`${PROVIDER} said that it took it, and answered (\\d+)`, (who, status) => {
    return `${provider(who)}说收到了，却回复 ${status}`
  }),
  clause(`${PROVIDER} answered (\\d+)`, (who, status) => `${provider(who)}回复 ${status}`),
  clause(`${PROVIDER} answered (\\d+): too many requests`, (who, status) => `${provider(who)}回复 ${status}：请求太多`),
  clause(
    `${PROVIDER} answered (\\d+): the address has moved; redirects are not followed`,
    (who, status) => `${provider(who)}回复 ${status}：地址已变更；不会跟随重定向`,
  ),
  clause(
    `${PROVIDER} answered 410: it wants no more messages; take the channel out, or give it another url`,
    who => `${provider(who)}回复 410：不再接收消息；请删除此通道，或换一个 url`,
  ),
  clause(`${PROVIDER} answered (\\d+) and said nothing`, (who, status) => `${provider(who)}回复 ${status}，没有内容`),
  clause(
    `${PROVIDER} answered (\\d+) and said something that is not its JSON: (.*?)(; is a proxy or a sign-in page in between\\?)?`,
    (who, status, said, isPage) =>
      `${provider(who)}回复 ${status}，内容不是它的 JSON：${said}${isPage ? '；中间是否有代理或登录页？' : ''}`,
  ),
  clause(`(\\S+) (${oneOf(NETWORK)})(?: \\((\\w+)\\))?`, (host, what, code) => {
    const said = NETWORK[what] ?? what
    return `${host}${said.startsWith('的') ? '' : ' '}${said}${code ? `（${code}）` : ''}`
  }),
  clause('(\\S+) has not answered within ([\\d.]+) s', (host, seconds) => `${host} 在 ${seconds} 秒内没有回应`),
  clause('no answer within ([\\d.]+) s', seconds => `${seconds} 秒内没有回应`),
  clause('(\\S+) does not agree on encryption \\((.*)\\)', (host, code) => `与 ${host} 协商加密失败（${code}）`),
  clause('(\\S+) does not answer in HTTP \\((.*)\\)', (host, code) => `${host} 的回复不是 HTTP（${code}）`),
  clause(
    '(\\S+) is no public address, and this channel may call no other\\. Where that is meant, set allowPrivate: true on the channel\\.',
    host => `${host} 不是公网地址，而此通道只能访问公网。如确有此意，请在通道上设置 allowPrivate: true。`,
  ),
  clause(
    'the hub ended during this attempt: it may have been said',
    () => '服务端在这次尝试期间停止了：消息可能已经送达',
  ),
  clause('the configuration has no receiver (\\S+) any more', receiver => `配置里已没有接收者 ${receiver}`),
  clause('more than (\\d+) notices waited', count => `等待中的通知超过 ${count} 条`),
  clause('it could not be said within (\\d+)(ms|s|m|h|d): its turn never came', (count, unit) => {
    return `${count} ${UNITS[unit] ?? unit}内没能送达：一直没有轮到`
  }),
  clause('it could not be said within (\\d+)(ms|s|m|h|d): (.*)', (count, unit, why) => {
    return `${count} ${UNITS[unit] ?? unit}内没能送达：${inChinese(why) ?? why}`
  }),
  clause('refused for good by (.*)', each => {
    const all = each.split(/; (?=[a-z0-9-]+: )/).map(one => {
      const [, channel = '', why = ''] = /^([a-z0-9-]+): (.*)$/s.exec(one) ?? []
      return `${channel}：${why === 'refused' ? '被拒绝' : (inChinese(why) ?? why)}`
    })
    return `彻底被拒绝——${all.join('；')}`
  }),
  clause('(\\S+) did not take it: it is not known why', channel => `${channel} 没有收下，原因不明`),
  clause('(\\S+) did not take it: (.*)', (channel, why) => `${channel} 没有收下：${inChinese(why) ?? why}`),
]

/** Why something was not said, in the reader's language; where it is not known, as the hub wrote it. */
export function explainFailure(reason: string, language: Language): string {
  return language === 'en' ? reason : (inChinese(reason) ?? reason)
}

function inChinese(text: string): string | undefined {
  for (const [pattern, say] of CLAUSES) {
    const found = pattern.exec(text)
    if (found) return say(...found.slice(1).map(part => part ?? ''))
  }
  return undefined
}

function clause(pattern: string, say: (...parts: string[]) => string): Clause {
  return [new RegExp(`^${pattern}$`, 's'), say]
}

const RESTS = /^(\S+) takes nothing before (\S+)$/

/** Why it went over this channel: a reason, or the moment until which the one before rests, in the reader's time. */
export function explainNote(note: string, language: Language, say: (channel: string, until: string) => string): string {
  const [, channel, until] = RESTS.exec(note) ?? []
  return channel !== undefined && until !== undefined ? say(channel, until) : explainFailure(note, language)
}
