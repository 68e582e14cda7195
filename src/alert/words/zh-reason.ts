import { chanceBelow, grouped, percent, spoken } from './figures.ts'
import { nameOf } from './phrases.ts'
import type { Fault, Reason, Verdict } from './why.ts'

/* What a release says of itself beside its verdicts, in Chinese. */

/** `inWords`: what a verdict says; `signalName`: what a signal is called. */
export interface Means {
  readonly inWords: (verdict: Verdict) => string
  readonly signalName: (signal: string) => string
}

/** A reason as a sentence or two, the last words of a program on lines of their own. */
export function reasonInChinese(why: Reason, { inWords, signalName }: Means): string {
  switch (why.kind) {
    case 'undecided':
      return `到期仍无法判定。${inWords(why.verdict)}${CHOSEN[why.choice]}`
    case 'unproven':
      return `没有发现变差，但这说明不了太多。${inWords(why.verdict)}`
    case 'answered-for':
      return `${doubtOf(why)}，${nameOf(why.by)} 知情并让发布继续。${inWords(why.verdict)}`
    case 'first-version':
      return '这是该服务的第一个版本，没有可比较的对象。'
    case 'doubted':
      return doubted(why, inWords)
    case 'arrivals':
      return arrivals(why)
    case 'instances':
      return instances(why, signalName)
    case 'ordered':
      return why.note === null ? `由 ${nameOf(why.by)} ${ORDERS[why.order]}。` : `原因：${why.note}`
    case 'noted':
      return `原因：${why.note}`
    case 'brought-back':
      return `恢复曾经服务过的版本 ${why.version}。`
    case 'superseded':
      return `被更新的版本 ${why.version} 取代。`
    default:
      return obstacle(why)
  }
}

const CHOSEN = { hold: '', promote: '按配置推进。', 'roll-back': '按配置撤回。' } as const
const ORDERS = { pause: '暂停', resume: '恢复', rearm: '重新开始比较', promote: '推进', 'roll-back': '撤回' } as const
const KEPT = { 'going-on': '不会自动继续', promotion: '不自动推进', 'roll-back': '不自动撤回' } as const

function doubtOf({ doubt, version }: { doubt: 'mismatch' | 'disarmed'; version: string }): string {
  return doubt === 'disarmed' ? `${version} 的实例之间存在差异` : `到达 ${version} 的流量多于配置`
}

function doubted(why: Reason & { kind: 'doubted' }, inWords: Means['inWords']): string {
  const over = why.stage === null ? '' : `“${stageName(why.stage)}”阶段已结束。`
  const late = why.late ? '到期仍无法判定。' : ''
  return `${late}${over}${why.verdict ? inWords(why.verdict) : ''}${doubtOf(why)}，因此${KEPT[why.keptFrom]}。`
}

/** A stage by what the plan calls it: `10 %`, `2 of 4`, `switched`. */
function stageName(name: string): string {
  if (name === 'switched') return '切换'
  if (name === 'all at once') return '一次切换'
  return name
    .replace(/^(\d+) of (\d+)$/, '$2 个实例中的 $1 个')
    .replace(/^segment /, '用户群 ')
    .replace(/^preview /, '预览 ')
}

function arrivals(why: Reason & { kind: 'arrivals' }): string {
  const { found, version, arrived, of, arrivedShare, expectedShare, chance } = why
  if (arrivedShare === null || expectedShare === null) return '还没有统计到新用户。'
  const came = `${grouped(of)} 次到达中有 ${grouped(arrived)} 次（${percent(arrivedShare)}）到了 ${version}，应为 ${percent(expectedShare)}`
  const alarm = chance === null ? '' : `；若一切按配置到达，出现这种结果的概率 < ${chanceBelow(chance)}`
  const what = { 'as-expected': '', 'too-few': `${version} 的流量有缺失：`, 'too-many': `到达 ${version} 的流量过多：` }
  return `${what[found]}${came}${alarm}。`
}

function instances(why: Reason & { kind: 'instances' }, signalName: Means['signalName']): string {
  const { found, version, signal, worse, better, chance } = why
  if (worse.requests + better.requests === 0) return `还没有请求到达 ${version} 的两半实例。`
  const of = ({ requests, bad }: { requests: number; bad: number }): string =>
    requests === 0 ? '没有请求' : ` ${grouped(requests)} 个请求中 ${grouped(bad)} 个（${percent(bad / requests)}）`
  const differ = found === 'differ' ? `${version} 的实例之间存在差异，判定不再自动执行：` : ''
  const alarm = chance === null ? '看不出差别' : `若它们相同，出现这种结果的概率 < ${chanceBelow(chance)}`
  return `${differ}${signalName(signal)}：一半实例${of(worse)}，另一半${of(better)}；${alarm}。`
}

type Obstacle = Extract<
  Reason,
  { kind: 'crash-loop' | 'not-ready' | 'cannot-start' | 'cannot-stop' | 'no-instance' | 'gateway' | 'reported' }
>

function obstacle(why: Obstacle): string {
  switch (why.kind) {
    case 'crash-loop': {
      const times = why.times === 1 ? '' : `在 ${span(why.withinMs)}内退出了 ${why.times} 次；最近一次`
      return `${why.service} ${why.version} ${times}${faultInChinese(why.fault)}${printed(why.lines)}`
    }
    case 'not-ready':
      return `${why.service} ${why.version} 在 ${span(why.waitedMs)}内未就绪：${why.asked}：${faultInChinese(why.fault)}${printed(why.lines)}`
    case 'cannot-start':
      return `${why.service} ${why.version} 无法启动：${faultInChinese(why.fault)}。`
    case 'cannot-stop':
      return `${why.service} ${why.version} 没有停下来：${faultInChinese(why.fault)}。`
    case 'no-instance':
      return `${why.service} ${why.version} 应接收 ${why.weight} % 的流量，但没有实例在运行。`
    case 'gateway':
      return `${GATEWAY[why.fault](why.at)}${why.detail === null ? '' : `：${why.detail}`}。`
    case 'reported':
      return `原因：${why.text}`
  }
}

const GATEWAY = {
  silent: at => `网关 ${at} 没有应答`,
  foreign: at => `${at} 上应答的不是这个版本的网关`,
  'token-refused': at => `网关 ${at} 不接受令牌`,
  'token-unread': at => `无法从 ${at} 读取网关的令牌`,
  refused: at => `网关 ${at} 拒绝了请求`,
} as const satisfies Record<string, (at: string) => string>

const printed = (lines: readonly string[]): string =>
  lines.length === 0 ? '；它没有输出任何内容。' : `；最后的输出：\n${lines.map(line => `  ${line}`).join('\n')}`

const span = (ms: number): string => spoken(ms / 1_000, { hour: '小时', minute: '分钟', second: '秒' })

function faultInChinese(fault: Fault): string {
  switch (fault.kind) {
    case 'exit':
      return `以退出码 ${fault.code} 结束`
    case 'signal':
      return `被 ${fault.signal} 终止`
    case 'memory':
      return `被${fault.signal === null ? '内核' : ` ${fault.signal} `}终止：所需内存超过上限 ${Math.round(fault.limitBytes / 2 ** 20)} MiB`
    case 'unseen':
      return { running: '已退出（方式未知）', 'no-hub': '在中枢停止期间退出', restart: '随机器重启而退出' }[fault.when]
    case 'not-started':
      return `无法启动：${faultInChinese(fault.fault)}`
    case 'not-asked':
      return '还没有问过它'
    case 'status':
      return `应答为 ${fault.status}`
    case 'not-listening':
      return '没有程序在监听'
    case 'closed':
      return '没有应答就关闭了连接'
    case 'timeout':
      return '没有及时应答'
    case 'no-answer':
      return `没有应答（${fault.code}）`
    case 'elsewhere':
      return `端口 ${fault.port}（PORT 所指）上没有监听，程序监听的是 ${fault.ports.join('、')}`
    case 'port-taken':
      if (fault.pid === null) return `端口 ${fault.port} 已被其他程序占用`
      return `端口 ${fault.port} 已被进程 ${fault.pid}（${fault.program ?? ''}）占用`
    case 'no-folder':
      return `运行目录${fault.found ? '不是文件夹' : '不存在'}：${fault.path}`
    case 'no-program':
      return (
        { nothing: '没有这个程序', folder: '这是文件夹', 'not-executable': '不可执行' }[fault.found] + `：${fault.path}`
      )
    case 'not-in-path':
      return `PATH 中没有程序 ${fault.program}（运行目录 ${fault.cwd}）`
    case 'disk-full':
      return `磁盘已满，无法写入 ${fault.path}`
    case 'unwritable':
      return `无法写入 ${fault.path}（${fault.detail}）`
    case 'survived':
      return `进程 ${fault.pids.join('、')} 未被 SIGKILL 终止`
    case 'reported':
      return fault.text
  }
}

/** What to do about it; `undefined` where only whoever wrote the hint knows. */
export function hintInChinese(why: Reason): string | undefined {
  switch (why.kind) {
    case 'crash-loop':
    case 'not-ready':
      return `完整日志：${why.byHand.log}。可手动尝试：${why.byHand.command}`
    case 'cannot-start':
      return START[why.fault.kind]
    case 'cannot-stop':
      return '等待损坏的磁盘或网络文件系统的进程无法被终止：请先修复它。'
    case 'gateway':
      return ASK[why.fault]
    default:
      return undefined
  }
}

const START: Readonly<Partial<Record<Fault['kind'], string>>> = {
  'port-taken': '请结束占用端口的程序；若配置了 port，也可以去掉它。',
  'no-folder': '请创建该目录，或修正 cwd。',
  'no-program': '请修正 command，或使该文件可执行。',
  'not-in-path': '请安装该程序，在 command 中写出完整路径，或在 env 中设置 PATH。',
  'disk-full': '请释放磁盘空间后重试。',
  unwritable: '请确认该文件夹存在，并且当前用户可写。',
}

const ASK = {
  silent: '请确认 shipwatch gateway 正在运行。',
  foreign: '请检查该地址是否被其他程序占用；更新之后，网关也要重启。',
  'token-refused': '请让中枢与网关使用同一个令牌文件。',
  'token-unread': '令牌由网关在启动时生成：请确认 shipwatch gateway 正在运行。',
  refused: undefined,
} as const
