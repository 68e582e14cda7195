import type { Language } from './format.ts'

/*
 * Reasons that the hub gives as an English sentence alone. A verdict's own reason comes as data beside it, and is said
 * from that (reason-why.ts); these have no such form, and are said in Chinese clause by clause:
 *
 * - what the guards of a comparison say, and the verdict that they keep from acting, with which such a hold begins;
 * - a promotion at the end of the last stage, where nothing worse was shown;
 * - what people and newer releases ordered, the first version of a service, when a decision reached the traffic;
 * - what the traffic lets be seen, and a gateway that does not answer;
 * - verdicts in logbooks that were written before the data were kept.
 *
 * What is not known word for word stays as it is, such as what a program printed before it died: half a translation
 * would say something that nobody has written.
 */

type Clause = readonly [pattern: RegExp, say: (...parts: string[]) => string]

const SHARE = String.raw`(?:[\d,]+ of [\d,]+(?: requests?)? \([\d.]+ %\)|no requests)`
const HALF = String.raw`(${SHARE}) on one half of the stable version's instances against (${SHARE}) on the other`
const DOUBT = String.raw`(?:instances of \S+ differ among themselves|more traffic comes to \S+ than configured)`
const BOTH = String.raw`([\w-]+): (${SHARE}) on the new version against (${SHARE}) beside it`

const CLAUSES: readonly Clause[] = [
  clause(BOTH, (signal, canary, stable) => both(signal, canary, stable)),
  clause(`${BOTH}, below the ceiling`, (signal, canary, stable) => `${both(signal, canary, stable)}，低于上限`),
  clause(
    `${BOTH}: the version beside it is over the objective of ([\\d.]+ %) too, so the release may be harming both`,
    (signal, canary, stable, objective) =>
      `${both(signal, canary, stable)}；旧版本也超出了 ${objective} 的目标，这次发布可能同时损害了两者`,
  ),
  clause(
    `${BOTH}: shown to be good enough, but half way to being shown worse`,
    (signal, canary, stable) => `${both(signal, canary, stable)}；已证明足够好，但指向更差的证据也已过半`,
  ),
  clause(
    String.raw`([\w-]+): (${SHARE}) on the new version, over the objective of ([\d.]+ %)`,
    (signal, canary, objective) => `${named(signal)}：新版本 ${tallied(canary)}，超出 ${objective} 的目标`,
  ),
  clause('also worse: ([\\w, -]+)', signals => `同样更差：${signals.split(', ').map(named).join('、')}`),
  clause('chance of this if it were harmless < ([\\d.]+ %)', chance => `若它无害，出现这种情况的概率低于 ${chance}`),
  clause(
    'chance of promoting a version more than ([\\d.]+) times as bad < ([\\d.]+ %)',
    (margin, chance) => `把差到 ${margin} 倍以上的版本推进的概率低于 ${chance}`,
  ),
  clause('held until that is settled', () => '分出结果之前保持不动'),
  clause('the deadline has passed without a verdict', () => '已到期限，仍无结论'),
  clause(
    '(\\d+ %) of the way to promotion, (\\d+ %) of the way to taking it back',
    (on, back) => `距推进已走 ${on}，距撤回已走 ${back}`,
  ),
  clause('no request has reached the new version: nothing to judge it by', () => '还没有请求到达新版本，无从判断'),
  clause(
    'no request has reached the version beside it: nothing to compare with',
    () => '还没有请求到达旧版本，无从比较',
  ),
  clause('no request has reached either version: nothing to judge by', () => '两个版本都还没有收到请求，无从判断'),
  clause('promoted as configured', () => '按配置推进'),
  clause('taken back as configured', () => '按配置撤回'),
  clause(
    'the first version of this service: nothing to compare it with',
    () => '这是该服务的第一个版本，没有可比较的对象',
  ),
  clause('promoted by (\\S+)', by => `由 ${by} 推进`),
  clause('taken back by (\\S+)', by => `由 ${by} 撤回`),
  clause('paused by (\\S+)', by => `由 ${by} 暂停`),
  clause('superseded by (\\S+)', version => `被 ${version} 取代`),
  clause('back to (\\S+)', version => `回到 ${version}`),
  clause(
    'all traffic goes to (\\S+?)( again)?, (.+) after it was decided',
    (version, again, span) => `决定后 ${spanned(span)}，全部流量${again ? '回到' : '进入'} ${version}`,
  ),
  clause(
    'no traffic goes to (\\S+), (.+) after it was decided',
    (version, span) => `决定后 ${spanned(span)}，${version} 不再有流量`,
  ),
  clause(
    'a rise from ([\\d.]+ %) to ([\\d.]+ %) shows within (\\S+)',
    (from, to, span) => `从 ${from} 升到 ${to} 的变化，${spanned(span)}内可以看出`,
  ),
  clause(
    'too little traffic: not even a rise from ([\\d.]+ %) to 100 % shows within (\\S+)',
    (from, span) => `流量太少：即使从 ${from} 升到 100 %，${spanned(span)}内也看不出`,
  ),
  clause('no traffic: no rise can be seen', () => '没有流量，看不出任何变化'),
  clause('no new user has been counted', () => '还没有统计到新用户'),
  clause(
    '([\\d,]+) of ([\\d,]+) arrivals \\(([\\d.]+ %)\\) came to (\\S+), ([\\d.]+ %) were expected',
    (some, all, share, version, expected) =>
      `${all} 次到达中有 ${some} 次（${share}）到了${version === 'it' ? '它' : ` ${version}`}，应为 ${expected}`,
  ),
  clause(
    'traffic of (\\S+) goes missing: only ([\\d,]+) of ([\\d,]+) arrivals \\(([\\d.]+ %)\\) came to it, ([\\d.]+ %) were expected',
    (version, some, all, share, expected) =>
      `${version} 的流量有缺失：${all} 次到达中只有 ${some} 次（${share}）到了它，应为 ${expected}`,
  ),
  clause(
    'too much traffic for (\\S+): ([\\d,]+) of ([\\d,]+) arrivals \\(([\\d.]+ %)\\) came to it, ([\\d.]+ %) were expected',
    (version, some, all, share, expected) =>
      `${version} 的流量过多：${all} 次到达中有 ${some} 次（${share}）到了它，应为 ${expected}`,
  ),
  clause(
    'chance of this if all came as configured < ([\\d.]+ %)',
    chance => `若一切按配置到达，出现这种情况的概率低于 ${chance}`,
  ),
  clause(
    `([\\w-]+): ${HALF}`,
    (signal, one, other) => `${named(signal)}：旧版本的一半实例 ${tallied(one)}，另一半 ${tallied(other)}`,
  ),
  clause('nothing tells them apart', () => '看不出差别'),
  clause('chance of this if they were alike < ([\\d.]+ %)', chance => `若它们相同，出现这种情况的概率低于 ${chance}`),
  clause(
    "no request has reached the two halves of the stable version's instances",
    () => '还没有请求到达旧版本的两半实例',
  ),
  clause('the stage (.+) is over', stage => `“${staged(stage)}”阶段已结束`),
  clause(`nothing goes on by itself, since (${DOUBT})`, doubt => `${doubted(doubt)}，因此不会自动前进`),
  clause(`not promoted (by itself|as configured), since (${DOUBT})`, (_, doubt) => `${doubted(doubt)}，因此不自动推进`),
  clause(`not taken back by itself, since (${DOUBT})`, doubt => `${doubted(doubt)}，因此不自动撤回`),
  clause('the comparison begins anew', () => '重新开始比较'),
  clause('verdicts act by themselves again', () => '结论会再次自动执行'),
  clause('the gateway at (\\S+) does not answer', address => `网关 ${address} 没有应答`),
]

/** What goes before a whole reason. */
const BEGINNINGS: readonly Clause[] = [
  [/^nothing worse was shown, which proves little: /, () => '没有看出更差，但这说明不了太多：'],
  [
    /^instances of (\S+) differ among themselves, so verdicts no longer act by themselves: /,
    version => `${version} 的实例彼此就有差异，结论不再自动执行：`,
  ],
  [
    new RegExp(`^(\\S+) let it go on although (${DOUBT}): `),
    (by, doubt) => `${by} 仍让它继续，尽管${doubted(doubt ?? '')}：`,
  ],
]

/** How the hub's own sentences begin. What people and programs wrote keeps its letters. */
const OWN =
  /^(?:(?:all|no) traffic |no (?:new user|request) |errors: |slower than p\d+: |nothing (?:goes|worse) |traffic of |too much traffic |instances of |(?:promoted|taken back|paused|superseded) by |the (?:first version|stage|comparison|deadline|gateway at) )/

/** A sentence as one of its own, where the hub's stand among others. */
export function begun(sentence: string): string {
  return OWN.test(sentence) ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : sentence
}

/** What a guard says under a heading that names what it found: the numbers alone. */
export function numbersOf(reason: string, language: Language): string {
  const numbers = reason
    .replace(/^instances of \S+ differ among themselves, so verdicts no longer act by themselves: /, '')
    .replace(/^(?:traffic of \S+ goes missing: only|too much traffic for \S+:) (?=[\d,]+ of )/, '')
  return begun(explain(numbers, language))
}

/** A sentence of the hub in the reader's language; in English, and where it is not known, as the hub wrote it. */
export function explain(reason: string, language: Language): string {
  if (language === 'en') return reason.replace(/\bslow-(p\d+)(?=:|,|;|$)/g, 'slower than $1')
  let rest = reason
  let said = ''
  for (const [pattern, say] of BEGINNINGS) {
    const found = pattern.exec(rest)
    if (!found) continue
    said += say(...found.slice(1))
    rest = rest.slice(found[0].length)
  }
  const clauses = rest.split('; ').map(inChinese)
  return clauses.includes(undefined) ? reason : said + clauses.join('；')
}

function inChinese(text: string): string | undefined {
  for (const [pattern, say] of CLAUSES) {
    const found = pattern.exec(text)
    if (found) return say(...found.slice(1).map(part => part ?? ''))
  }
  return undefined
}

function clause(pattern: string, say: (...parts: string[]) => string): Clause {
  return [new RegExp(`^${pattern}$`), say]
}

function both(signal: string, canary: string, stable: string): string {
  return `${named(signal)}：新版本 ${tallied(canary)}，旧版本 ${tallied(stable)}`
}

/** `12 of 240 requests (5.0 %)` */
function tallied(share: string): string {
  const found = /^([\d,]+) of ([\d,]+)(?: requests?)? \(([\d.]+ %)\)$/.exec(share)
  return found ? `${found[2]} 个请求中有 ${found[1]} 个（${found[3]}）` : '没有请求'
}

/** The hub's words for why a comparison is not to be trusted. */
function doubted(doubt: string): string {
  const [, differs] = /^instances of (\S+) differ/.exec(doubt) ?? []
  const [, comes] = /^more traffic comes to (\S+) than/.exec(doubt) ?? []
  return differs ? `${differs} 的实例彼此就有差异` : `到达 ${comes} 的流量多于配置`
}

/** A stage by what the hub calls it: `10 %`, `2 of 4`, `switched`. */
function staged(name: string): string {
  if (name === 'switched') return '切换'
  if (name === 'all at once') return '一次切换'
  return name
    .replace(/^(\d+) of (\d+)$/, '$2 个实例中的 $1 个')
    .replace(/^segment /, '用户群 ')
    .replace(/^preview /, '预览 ')
}

function named(signal: string): string {
  if (signal === 'errors') return '错误'
  const quantile = /^slow-(p\d+)$/.exec(signal)?.[1]
  return quantile ? `慢于 ${quantile}` : signal
}

const UNITS: Readonly<Record<string, string>> = { ms: '毫秒', s: '秒', m: '分钟', h: '小时', d: '天' }

/** `1h 30m`, `4.2s` */
function spanned(text: string): string {
  return text.replace(
    /([\d.]+)\s*(ms|s|m|h|d)(?=\s|\d|$)/g,
    (_, value: string, unit: string) => `${value} ${UNITS[unit] ?? unit}`,
  )
}
