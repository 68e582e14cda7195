import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ReleaseEvent } from './notice.ts'
import { hearersOf, languageOf, linked, type Notify, notifySchema, receiversOf, routeOf } from './receivers.ts'

const Schema = notifySchema(z.strictObject({ type: z.literal('robot'), language: z.enum(['en', 'zh']).optional() }))
const ROBOT = { type: 'robot' }
const parse = (input: unknown): Notify => Schema.parse(input)
const issuesOf = (input: unknown): string[] =>
  Schema.safeParse(input).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('who hears of what', () => {
  const tierOf = (service: string) => (({ order: 'core', page: 'edge' }) as const)[service]
  const heard = (notify: Notify, service: string, event: ReleaseEvent) =>
    hearersOf(notify, { service, event }, tierOf).map(({ name }) => name)

  it('is nobody without a channel, and every channel where no receiver is named', () => {
    expect(receiversOf(parse({}))).toEqual([])
    const notify = parse({ channels: { ops: ROBOT, shop: ROBOT } })
    expect(heard(notify, 'order', 'started')).toEqual(['ops', 'shop'])
    expect(routeOf(notify, 'shop')).toEqual(['shop'])
  })

  const notify = parse({
    language: 'zh',
    channels: { ops: ROBOT, backup: ROBOT },
    receivers: [
      { name: 'all', channels: ['ops', 'backup'] },
      { name: 'core', channels: ['ops'], tiers: ['core'], language: 'en' },
      { name: 'page', channels: ['ops'], services: ['page'], events: ['failed', 'rolled-back'] },
    ],
  })
  it.each([
    ['order', 'started', ['all', 'core']],
    ['page', 'started', ['all']],
    ['page', 'failed', ['all', 'page']],
    ['unknown', 'failed', ['all']],
  ] as const)('%s %s: %j', (service, event, expected) => {
    expect(heard(notify, service, event)).toEqual(expected)
  })

  it('goes over the channels in order, in the language of the receiver', () => {
    expect(routeOf(notify, 'all')).toEqual(['ops', 'backup'])
    expect(routeOf(notify, 'gone')).toEqual([])
    expect(languageOf(notify, 'core', 'ops')).toBe('en')
    expect(languageOf(notify, 'all', 'ops')).toBe('zh')
    const spoken = parse({ channels: { ops: { ...ROBOT, language: 'zh' }, shop: ROBOT } })
    expect([languageOf(spoken, 'ops', 'ops'), languageOf(spoken, 'shop', 'shop')]).toEqual(['zh', 'en'])
  })

  it('links to the page of the release where people can reach the hub', () => {
    const notice = {
      kind: 'release',
      id: 'ntc_1',
      atMs: 0,
      event: 'started',
      release: 'rel_1',
      service: 'order',
      version: 'v2',
      previous: null,
      actor: 'hub',
    } as const
    expect(linked(notice, 'https://watch.example.com/ops/').url).toBe('https://watch.example.com/ops/releases/rel_1')
    expect(linked(notice, undefined)).not.toHaveProperty('url')
    expect(linked({ kind: 'digest', id: 'ntc_2', atMs: 0, notices: [notice] }, 'http://hub').url).toBe(
      'http://hub/releases',
    )
  })
})

describe('a notify section', () => {
  it.each([
    [{ channel: {} }, /Unrecognized key: "channel"/],
    [{ channels: { Ops: ROBOT } }, /^channels/],
    [{ channels: { ops: { type: 'robt' } } }, /^channels\.ops\.type: /],
    [{ channels: { ops: ROBOT }, receivers: [{ name: 'a', channels: [] }] }, /^receivers\.0\.channels: /],
    [
      { channels: { ops: ROBOT }, receivers: [{ name: 'a', channels: ['osp'] }] },
      /^receivers\.0\.channels\.0: there is no channel “osp”; did you mean ops\?$/,
    ],
    [
      { channels: { ops: ROBOT }, receivers: [{ name: 'a', channels: ['ops', 'ops'] }] },
      /^receivers\.0\.channels\.1: “ops” stands here twice$/,
    ],
    [
      {
        channels: { ops: ROBOT },
        receivers: [
          { name: 'a', channels: ['ops'] },
          { name: 'a', channels: ['ops'] },
        ],
      },
      /^receivers\.1\.name: there is another receiver “a”$/,
    ],
    [
      { channels: { ops: ROBOT }, receivers: [{ name: 'a', channels: ['ops'], events: ['rollback'] }] },
      /^receivers\.0\.events\.0: /,
    ],
    [
      { channels: { ops: ROBOT }, receivers: [{ name: 'a', channels: ['ops'], tiers: ['gold'] }] },
      /^receivers\.0\.tiers\.0: /,
    ],
  ])('%j is refused with its place', (input, message) => {
    const issues = issuesOf(input)
    expect(issues).toHaveLength(1)
    expect(issues[0]).toMatch(message)
  })
})
