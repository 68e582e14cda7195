import { describe, it } from 'vitest'
import { playDingtalk } from '../src/alert/channels/dingtalk/server.fixture.ts'
import { playFeishu } from '../src/alert/channels/feishu/server.fixture.ts'
import type { Provider } from '../src/alert/channels/provider.fixture.ts'
import { playWebhook } from '../src/alert/channels/webhook/server.fixture.ts'
import { playWecom } from '../src/alert/channels/wecom/server.fixture.ts'
import { systemClock } from '../src/kernel/index.ts'
import { until } from './child.fixture.ts'
import { type OnTestFinished, STORY_MS, worldFor } from './story.fixture.ts'

const ADDRESS = 'https://ship.example.com'

/** Each kind of channel at its provider, played on this machine. */
async function providersFor(onTestFinished: OnTestFinished): Promise<Record<string, Provider>> {
  const providers = {
    dingtalk: await playDingtalk(systemClock),
    wecom: await playWecom(systemClock),
    feishu: await playFeishu(systemClock),
    webhook: await playWebhook(systemClock),
  }
  onTestFinished(async () => {
    await Promise.all(Object.values(providers).map(provider => provider.close()))
  })
  return providers
}

const channelsOf = (providers: Readonly<Record<string, Provider>>, language: (type: string) => 'en' | 'zh') =>
  Object.fromEntries(
    Object.entries(providers).map(([type, { config }]) => [type, { ...config, language: language(type) }]),
  )

describe('people', () => {
  it.concurrent(
    'hear of a release that is taken back on every channel, in their language, with why, the cost and a link',
    async ({ expect, onTestFinished }) => {
      const providers = await providersFor(onTestFinished)
      const language = (type: string) => (type === 'feishu' || type === 'webhook' ? 'en' : 'zh')
      const world = await worldFor(onTestFinished, {
        hub: { publicUrl: ADDRESS },
        notify: { channels: channelsOf(providers, language) },
      })
      const { id } = await world.client.deploy('shop', { version: 'bad30-1' })
      await world.untilOver(id)
      for (const [type, { shown }] of Object.entries(providers)) {
        const told = await until(`${type} to tell it`, () =>
          shown.find(({ title }) => /bad30-1/.test(title) && /taken back|已撤回/.test(title)),
        )
        const chinese = language(type) === 'zh'
        expect(told.title).toMatch(chinese ? /shop.*bad30-1.*已撤回/ : /shop.*bad30-1.*taken back/)
        expect(told.text).toMatch(chinese ? /新版本 [\d,]+ 个请求中 [\d,]+ 个失败/ : /[\d,]+ of [\d,]+ requests failed/)
        expect(told.text).toMatch(chinese ? /概率 < [\d.]+ %/ : /chance of this if it were harmless < [\d.]+ %/)
        expect(told.text).toMatch(chinese ? /出错的请求/ : /Bad requests served/)
        expect(told.url).toBe(`${ADDRESS}/releases/${id}`)
      }
    },
    STORY_MS,
  )

  it.concurrent(
    'hear of it although a provider is busy, throttles or is gone, and although the hub dies with it unsaid',
    async ({ expect, onTestFinished }) => {
      const { dingtalk, webhook, ...others } = await providersFor(onTestFinished)
      if (!dingtalk || !webhook) throw new Error('no such provider')
      await Promise.all(Object.values(others).map(provider => provider.close()))
      const world = await worldFor(onTestFinished, {
        hub: { publicUrl: ADDRESS },
        notify: { channels: { dingtalk: { ...dingtalk.config, language: 'zh' }, webhook: { ...webhook.config } } },
      })
      const settled = (): boolean => dingtalk.shown.length > 0
      await until('the first version to be told', settled)
      dingtalk.answerNext(dingtalk.busy, dingtalk.busy)
      webhook.answerNext({ status: 503, headers: { 'retry-after': '1' }, body: '' })
      const { id } = await world.client.deploy('shop', { version: 'bad30-1' })
      await world.untilRelease(id, 'is decided', ({ outcome }) => outcome !== undefined)
      await world.hub.kill('SIGKILL')
      await world.startHub()
      for (const { shown } of [dingtalk, webhook]) {
        const told = await until('it to be told', () => shown.find(({ title }) => /taken back|已撤回/.test(title)))
        expect(told.url).toBe(`${ADDRESS}/releases/${id}`)
      }
    },
    STORY_MS,
  )
})
