import { describe, expect, it } from 'vitest'
import { CHANNELS, ChannelConfig } from './registry.ts'

describe('the registry', () => {
  it('finds every channel under its own type, and a configuration for each', () => {
    for (const [type, channel] of Object.entries(CHANNELS)) expect(channel.type).toBe(type)
    const types = ChannelConfig.options.map(option => option.shape.type.value)
    expect(types.toSorted()).toEqual(Object.keys(CHANNELS).toSorted())
  })

  it('reads a configuration by its type', () => {
    expect(ChannelConfig.parse({ type: 'wecom', key: 'k' })).toMatchObject({ type: 'wecom', format: 'markdown' })
  })

  it.each(['en', 'zh', undefined])('lets each channel name its language: %s', language => {
    expect(ChannelConfig.parse({ type: 'feishu', token: 't', language })).toMatchObject({ language })
  })

  it('names the types there are where another is asked for', () => {
    const { error } = ChannelConfig.safeParse({ type: 'pigeon' })
    expect(error?.issues[0]).toMatchObject({ path: ['type'], code: 'invalid_union' })
  })
})
