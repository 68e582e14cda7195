import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { HeartbeatSettings } from '../heartbeat/settings.ts'
import { rolledBack } from '../notice.fixture.ts'
import { say } from '../words/index.ts'
import { at, textAt } from './provider.fixture.ts'
import { CHANNELS, ChannelConfig } from './registry.ts'
import { bodyOf } from './webhook/body.ts'

const MANUALS = ['channels.md', 'channels.zh-CN.md'] as const
const ENVIRONMENT: Readonly<Record<string, string>> = {
  HOOK_URL: 'https://hooks.example.com/shipwatch',
  HOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}`,
}

/** What stands in the fences of a language, with the environment put in. */
async function blocksOf(manual: string, language: string): Promise<string[]> {
  const text = await readFile(new URL(`../../../docs/${manual}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter(([, named]) => named === language)
  return blocks.map(([, , block = '']) =>
    block.replace(/\$\{(\w+)\}/g, (_, name: string) => ENVIRONMENT[name] ?? 't0ken'),
  )
}

describe.each(MANUALS)('the manual %s', manual => {
  it('configures every kind of channel as it is read', async () => {
    const [whole = '', ...blocks] = await blocksOf(manual, 'yaml')
    const shown = blocks
      .map((block): unknown => parse(block))
      .filter(block => !at(block, 'notify'))
      .map(block => ChannelConfig.parse(block).type)
    expect(shown.toSorted()).toEqual(Object.keys(CHANNELS).toSorted())
    const channels = at(parse(whole), 'notify', 'channels')
    expect(Object.values(channels ?? {}).map(config => ChannelConfig.parse(config).type)).toEqual([
      'dingtalk',
      'webhook',
    ])
  })

  it('configures a heartbeat as it is read', async () => {
    const blocks = (await blocksOf(manual, 'yaml')).map((block): unknown => parse(block))
    const shown = blocks.flatMap(block => at(block, 'notify', 'heartbeat') ?? [])
    expect(shown.map(block => HeartbeatSettings.parse(block))).toEqual([
      { every: 86_400_000, at: '09:00+08:00', provenWithin: 90_000_000 },
    ])
  })

  it('shows the JSON of a webhook as it is sent', async () => {
    const [block = ''] = await blocksOf(manual, 'json')
    const shown: unknown = JSON.parse(block)
    const sent: unknown = JSON.parse(
      bodyOf(say(rolledBack, textAt(shown, 'message', 'language') === 'zh' ? 'zh' : 'en')),
    )
    for (const path of [[], ['data'], ['message'], ['data', 'cost'], ['message', 'link']]) {
      expect(Object.keys(at(shown, ...path) ?? {})).toEqual(
        expect.arrayContaining(Object.keys(at(sent, ...path) ?? {})),
      )
      expect(Object.keys(at(sent, ...path) ?? {})).toEqual(
        expect.arrayContaining(Object.keys(at(shown, ...path) ?? {})),
      )
    }
    expect(textAt(shown, 'message', 'title')).toBe(textAt(sent, 'message', 'title'))
    expect(at(shown, 'data', 'cost')).toEqual(at(sent, 'data', 'cost'))
  })
})

describe('both manuals', () => {
  it('show the same examples', async () => {
    const [english, chinese] = await Promise.all(MANUALS.map(manual => blocksOf(manual, 'yaml')))
    expect(chinese?.map(block => parse(block))).toEqual(english?.map(block => parse(block)))
  })
})
