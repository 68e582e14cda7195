import { describe, expect, it } from 'vitest'
import { rolledBack } from '../notice.fixture.ts'
import type { Language, ReleaseNotice } from '../notice.ts'
import { say } from './say.ts'

/** What is said of a reason. */
const reasonIn = (language: Language, why: unknown): string | undefined =>
  say({ ...rolledBack, why }, language).paragraphs[1]

describe('a reason', () => {
  const by = 'user/li'
  const crashed = {
    kind: 'crash-loop',
    service: 'order',
    version: 'v3',
    times: 3,
    withinMs: 60_000,
    fault: { kind: 'memory', signal: 'SIGKILL', limitBytes: 134_217_728 },
    lines: ['Error: no database'],
    byHand: { log: '/var/log/order', command: 'cd /srv && node order.js' },
  }
  const doubted = { kind: 'doubted', doubt: 'mismatch', version: 'v3', stage: null, verdict: null, late: false }

  it.each<[unknown, string]>([
    [{ kind: 'ordered', order: 'pause', by, note: null }, '由 li 暂停。'],
    [{ kind: 'ordered', order: 'promote', by, note: null }, '由 li 推进。'],
    [{ kind: 'ordered', order: 'roll-back', by, note: '等大促结束' }, '原因：等大促结束'],
    [{ kind: 'noted', note: '挪威增值税' }, '原因：挪威增值税'],
    [{ kind: 'first-version' }, '这是该服务的第一个版本，没有可比较的对象。'],
    [{ kind: 'superseded', version: 'v4' }, '被更新的版本 v4 取代。'],
    [{ ...doubted, keptFrom: 'going-on' }, '到达 v3 的流量多于配置，因此不会自动继续。'],
    [
      { ...doubted, doubt: 'disarmed', version: 'v2', keptFrom: 'promotion', stage: '2 of 4' },
      '“4 个实例中的 2 个”阶段已结束。v2 的实例之间存在差异，因此不自动推进。',
    ],
    [
      {
        kind: 'arrivals',
        found: 'too-few',
        version: 'v3',
        arrived: 41,
        of: 1_000,
        arrivedShare: 0.041,
        expectedShare: 0.1,
        chance: 0.001,
      },
      'v3 的流量有缺失：1,000 次到达中有 41 次（4.1 %）到了 v3，应为 10.0 %；若一切按配置到达，出现这种结果的概率 < 0.1 %。',
    ],
    [
      {
        kind: 'instances',
        found: 'differ',
        version: 'v2',
        signal: 'errors',
        worse: { requests: 800, bad: 40 },
        better: { requests: 800, bad: 0 },
        chance: 0.004,
      },
      'v2 的实例之间存在差异，判定不再自动执行：错误率：一半实例 800 个请求中 40 个（5.0 %），另一半 800 个请求中 0 个（0 %）；若它们相同，出现这种结果的概率 < 0.4 %。',
    ],
    [
      crashed,
      'order v3 在 1 分钟内退出了 3 次；最近一次被 SIGKILL 终止：所需内存超过上限 128 MiB；最后的输出：\n  Error: no database',
    ],
    [{ kind: 'gateway', fault: 'silent', at: '127.0.0.1:8081', detail: null }, '网关 127.0.0.1:8081 没有应答。'],
  ])('beside the verdict is said in Chinese from data, and in English as the logbook has it (%#)', (why, chinese) => {
    expect(reasonIn('zh', why)).toBe(chinese)
    expect(reasonIn('en', why)).toBe(rolledBack.reason)
  })

  it('says what to do in Chinese, where that is known as data', () => {
    const hinted = { ...rolledBack, why: crashed, hint: 'Whole log: …' }
    const hint = (notice: ReleaseNotice, language: Language) =>
      say(notice, language).facts.find(({ name }) => name === '建议' || name === 'What to do')?.value
    expect(hint(hinted, 'zh')).toBe('完整日志：/var/log/order。可手动尝试：cd /srv && node order.js')
    expect(hint(hinted, 'en')).toBe('Whole log: …')
    expect(hint({ ...hinted, why: undefined }, 'zh')).toBe('Whole log: …')
  })
})
