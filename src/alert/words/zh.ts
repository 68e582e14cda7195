import type { ReleaseEvent, ReleaseNotice } from '../notice.ts'
import { chanceBelow, grouped, percent, spoken } from './figures.ts'
import { countsOf, nameOf, type Phrases } from './phrases.ts'
import { type Compared, isVerdict, type Verdict, type Why } from './why.ts'
import { hintInChinese, reasonInChinese } from './zh-reason.ts'

const TITLES: Readonly<Record<ReleaseEvent | 'stuck', string>> = {
  stuck: '撤回受阻，仍在接受流量',
  started: '开始发布',
  promoted: '已推进',
  'rolled-back': '已撤回',
  held: '已暂停，等待人工决定',
  inconclusive: '到期无法判定，等待人工决定',
  failed: '发布失败，未接受流量',
}

const DIGEST: Readonly<Record<ReleaseEvent, string>> = {
  started: '开始',
  promoted: '推进',
  'rolled-back': '撤回',
  held: '暂停',
  inconclusive: '无法判定',
  failed: '失败',
}

function outcome({ event, version, previous, stuck }: ReleaseNotice): string {
  if (stuck) return `障碍消除之前 ${version} 仍会接受流量，系统会自动重试。`
  switch (event) {
    case 'started':
      return previous === null
        ? `${version} 是该服务的第一个版本。`
        : `新版本 ${version} 开始与 ${previous} 并行接受流量。`
    case 'promoted':
      return `${version} 接管全部流量。`
    case 'rolled-back':
      return previous === null ? `${version} 不再接受流量。` : `全部流量回到 ${previous}。`
    case 'held':
    case 'inconclusive':
      return '发布停留在当前阶段，等待人工决定：推进或撤回。'
    default:
      return previous === null ? `${version} 从未接受流量。` : `${version} 从未接受流量，${previous} 照常服务。`
  }
}

const why = (why: Why): string =>
  isVerdict(why) ? sentence(why) : reasonInChinese(why, { inWords: sentence, signalName })

function sentence(why: Verdict): string {
  switch (why.kind) {
    case 'worse':
      return `${both(why)}${alsoIn(why.beside)}；${chanceOf(why.chance)}。`
    case 'over-objective':
      return `${signalName(why.signal)}：新版本${share(why)}，超出 ${percent(why.objective ?? 0)} 的目标${alsoIn(why.beside)}；${chanceOf(why.chance)}。`
    case 'shared-damage':
      return `${both(why)}；旧版本也超出了 ${percent(why.objective ?? 0)} 的目标，这次发布可能同时损害了两个版本${alsoIn(why.beside)}；${chanceOf(why.chance)}。`
    case 'no-worse': {
      const each = why.signals.map(one => `${both(one)}${one.by === 'ceiling' ? '，低于上限' : ''}`)
      return `${each.join('；')}；问题比例超过旧版本 ${why.margin} 倍的版本被误推进的概率 < ${chanceBelow(why.chance)}。`
    }
    case 'no-traffic':
      return NO_TRAFFIC[why.version]
    case 'held':
      return `${both(why)}；已证明足够好，但表明它更差的证据也已过半，有定论之前暂不推进。`
    default:
      return `${both(why)}；推进所需的证据已有 ${percent(why.towardPromotion, 0)}，撤回所需的证据已有 ${percent(why.towardRollBack, 0)}。`
  }
}

const NO_TRAFFIC = {
  canary: '没有请求到达新版本，无从判断。',
  stable: '没有请求到达旧版本，无从比较。',
  both: '两个版本都没有收到请求，无从判断。',
} as const

const alsoIn = (signals: readonly string[]): string =>
  signals.length === 0 ? '' : `；同样变差的还有：${signals.map(signalName).join('、')}`

const chanceOf = (chance: number): string => `若新版本无害，出现这种结果的概率 < ${chanceBelow(chance)}`

function both(compared: Compared): string {
  const { signal, stable } = compared
  const beside =
    stable.requests === 0
      ? '没有请求'
      : ` ${grouped(stable.requests)} 个中 ${grouped(stable.bad)} 个（${percent(stable.bad / stable.requests)}）`
  return `${signalName(signal)}：新版本${share(compared)}，旧版本${beside}`
}

/** `698 个请求中 7 个失败（1.0 %）`. */
function share({ signal, canary: { bad, requests } }: Compared): string {
  if (requests === 0) return '没有请求'
  return ` ${grouped(requests)} 个请求中 ${grouped(bad)} 个${verbOf(signal)}（${percent(bad / requests)}）`
}

function signalName(signal: string): string {
  if (signal === 'errors') return '错误率'
  return signal.startsWith('slow-') ? `慢于以往 ${signal.slice('slow-'.length)}` : signal
}

function verbOf(signal: string): string {
  if (signal === 'errors') return '失败'
  return signal.startsWith('slow-') ? '偏慢' : '异常'
}

export const zh: Phrases = {
  title: (event, service, version) => `${service}：${version} ${TITLES[event]}`,
  outcome,
  why,
  reason: reason => `原因：${reason}`,
  hint: (hint, why) => (why && !isVerdict(why) ? hintInChinese(why) : undefined) ?? hint,
  facts: {
    version: '版本',
    badRequests: '出错的请求',
    afterDecision: '决定之后仍应答',
    verdictAfter: '判定用时',
    actor: '操作者',
    hint: '建议',
    at: '时间',
    release: '发布编号',
  },
  versions: (version, previous) => (previous === null ? `${version}（首个版本）` : `${previous} → ${version}`),
  badOf: (bad, requests) => `${grouped(requests)} 个中 ${grouped(bad)} 个`,
  requests: count => `${grouped(count)} 个请求`,
  seconds: seconds => spoken(seconds, { hour: '小时', minute: '分', second: '秒' }),
  actor: actor => (actor === 'hub' ? 'Shipwatch（自动）' : nameOf(actor)),
  test: {
    title: '测试：通道可用',
    outcome: ({ actor, receiver }) => `由 ${nameOf(actor)} 发往 ${receiver}，用于确认消息能够送达。`,
  },
  heartbeat: {
    title: '心跳：通道可用',
    outcome: ({ receiver, everyMs }) =>
      `每 ${zh.seconds(everyMs / 1_000)}发往 ${receiver}。若不再收到，其他消息同样不会送达。`,
  },
  unproven: {
    title: ({ channel }) => `通道 ${channel} 无法送达消息`,
    outcome: ({ reason }, since) => {
      const last = since === undefined ? '该通道从未送达过消息' : `最近一次送达：${since}`
      return reason === undefined ? `${last}。` : `${last}。最近一次失败：${reason}`
    },
    hint: ({ channel }) => `请检查其配置，然后发送测试：shipwatch channels test ${channel}`,
  },
  digest: {
    title: notice =>
      `合并的 ${grouped(notice.notices.length)} 条消息：${countsOf(notice)
        .map(({ event, count }) => `${count} 个${DIGEST[event]}`)
        .join('，')}`,
    line: (title, { cost }) =>
      cost && cost.badRequests > 0 ? `${title}（出错的请求：${zh.badOf(cost.badRequests, cost.requests)}）` : title,
  },
  link: '查看发布',
}
