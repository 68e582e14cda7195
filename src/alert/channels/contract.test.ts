import { expect } from 'vitest'
import { contractOfChannel } from './contract.fixture.ts'
import { playDingtalk } from './dingtalk/server.fixture.ts'
import { playFeishu } from './feishu/server.fixture.ts'
import { textAt } from './provider.fixture.ts'
import { playWebhook } from './webhook/server.fixture.ts'
import { playWecom } from './wecom/server.fixture.ts'

contractOfChannel({
  type: 'dingtalk',
  play: playDingtalk,
  taken: { status: 200, body: '{"errcode":0,"errmsg":"ok"}' },
  expectWithin: body => expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000),
  variants: [{}, { format: 'markdown' }, { keyword: 'shipwatch' }],
})

contractOfChannel({
  type: 'wecom',
  play: playWecom,
  taken: { status: 200, body: '{"errcode":0,"errmsg":"ok"}' },
  expectWithin: body => {
    const given: unknown = JSON.parse(body)
    expect(Buffer.byteLength(textAt(given, 'markdown', 'content'))).toBeLessThanOrEqual(4_096)
    expect(Buffer.byteLength(textAt(given, 'text', 'content'))).toBeLessThanOrEqual(2_048)
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(12_000)
  },
  variants: [{}, { format: 'card' }],
})

contractOfChannel({
  type: 'feishu',
  play: playFeishu,
  taken: { status: 200, body: '{"code":0,"msg":"success"}' },
  expectWithin: body => expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000),
  variants: [{}, { format: 'text' }, { keyword: 'shipwatch' }],
})

contractOfChannel({
  type: 'webhook',
  play: playWebhook,
  taken: { status: 204, body: '' },
  // A webhook has no limit of its own, so nothing is cut.
  expectWithin: body => expect(JSON.parse(body)).toMatchObject({ version: 1 }),
  variants: [{}],
})
