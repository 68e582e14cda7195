import { expect, test } from 'vitest'
import type { StatusView } from '../../client/index.ts'
import { ago, DISARMED, held, inDoubt, LOOK, NOW_MS, release, service, told } from '../sample.fixture.ts'
import { drawService, drawStatus } from './status.ts'

const picture = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`

function status(changed: Partial<StatusView> = {}): StatusView {
  return {
    hub: { version: '0.1.0', startedAt: ago(11_000), leading: true, store: 'sqlite .shipwatch/hub.db' },
    gateway: { address: 'http://127.0.0.1:8080', reachable: true },
    services: [service('order'), service('storefront', { tier: 'edge' })],
    ...changed,
  }
}

test('a calm shop is a table', () => {
  expect(picture(drawStatus(status(), NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    SERVICE     TIER  STABLE  TRAFFIC   READY  RELEASE
    order       core  v2      v2 100 %  2/2    -
    storefront  edge  v2      v2 100 %  2/2    -

    hub      0.1.0, leading, up 3h 3m, sqlite .shipwatch/hub.db
    gateway  http://127.0.0.1:8080, answers
    "
  `)
})

test('a version that only stands by is none of the instances that are wanted', () => {
  const { instances } = service('order')
  const warm = instances.map(instance => ({ ...instance, id: `warm-${instance.id}`, version: 'v1' }))
  const shown = status({ services: [service('order', { instances: [...instances, ...warm] })] })
  expect(picture(drawStatus(shown, NOW_MS, LOOK))).toContain('v2 100 %  2/2')
})

test('what is wrong comes first', () => {
  const [instance] = service('storefront').instances
  if (!instance) throw new Error('the sample has no instance')
  const shown = status({
    gateway: { address: 'http://127.0.0.1:8080', reachable: false, problem: 'connect ECONNREFUSED' },
    services: [
      service('order', {
        release: release(),
        versions: [
          { version: 'v2', weight: 50, instances: 2 },
          { version: 'v3', weight: 50, instances: 1 },
        ],
      }),
      service('storefront', { tier: 'edge', instances: [{ ...instance, state: 'backing-off' }] }),
    ],
  })
  expect(picture(drawStatus(shown, NOW_MS, { ...LOOK, width: 110 }))).toMatchInlineSnapshot(`
    "
    ✗ gateway http://127.0.0.1:8080 does not answer: connect ECONNREFUSED
    ✗ storefront: 1 instance of v2 cannot serve

    SERVICE     TIER  STABLE  TRAFFIC           READY  RELEASE
    storefront  edge  v2      v2 100 %          0/2    -
    order       core  v2      v2 50 %, v3 50 %  2/3    v3: watched at 50 %, until shown to be no worse, 29m 51s l…

    hub      0.1.0, leading, up 3h 3m, sqlite .shipwatch/hub.db
    gateway  http://127.0.0.1:8080, does not answer
    "
  `)
})

test.each([
  [
    'a release that waits for a person',
    { release: release({ phase: 'held', held: held('inconclusive', 9) }) },
    'order v3 is held: it waits for you to promote it or take it back',
  ],
  ['a release that is blocked', { release: release({ blocked: told('disk full') }) }, 'order v3 is blocked: disk full'],
  [
    'a release without evidence',
    { release: release({ missing: told('no traffic') }) },
    'order v3 cannot be judged: no traffic',
  ],
  ['a service of which nothing is ready', { instances: [] }, 'order: none of 2 instances is ready'],
])('%s is a problem', (_, changed, problem) => {
  const [first, second] = drawStatus(status({ services: [service('order', changed)] }), NOW_MS, LOOK)
  expect([first, second]).toEqual([`✗ ${problem}`, ''])
})

test('a comparison in doubt is a problem, held or not', () => {
  const problems = (shown: ReturnType<typeof release>): string[] =>
    drawStatus(status({ services: [service('order', { release: shown })] }), NOW_MS, { ...LOOK, width: 500 }).filter(
      line => line.startsWith('✗'),
    )
  expect(problems(inDoubt('disarmed'))).toEqual([
    '✗ order v3 is held: it waits for you to promote it or take it back',
    `✗ order v3 is in doubt: ${DISARMED.instances.reason}`,
  ])
  expect(problems(release({ guards: DISARMED }))).toHaveLength(1)
})

test('a paused release is no problem: somebody wanted it so', () => {
  const paused = release({ phase: 'held', held: held('paused', 9) })
  const [first] = drawStatus(status({ services: [service('order', { release: paused })] }), NOW_MS, LOOK)
  expect(first).toMatch(/^SERVICE/)
})

test('a hub that does not lead, and a shop without services, are said', () => {
  const hub = { ...status().hub, leading: false }
  const lines = drawStatus(status({ hub, services: [] }), NOW_MS, LOOK)
  expect(lines[0]).toBe('no service is configured; shipwatch init writes a configuration')
  expect(lines.join('\n')).toContain('standing by: another hub leads')
})

test('one service shows its instances', () => {
  const shown = service('order', { owner: '李雷', markets: ['EU', 'US'], release: release() })
  expect(picture(drawService(shown, NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    order core · owner 李雷 · markets EU, US
      stable      v2
      traffic     v2 100 %
      release     order v2 → v3, rel_01jd3k2m8r4zq0x7a: watched at 50 %, until shown
                  to be no worse, 29m 51s left

    INSTANCE    VERSION  STATE  RESTARTS  READY FOR  ADDRESS
    order-v2-1  v2       ready         0  10m        http://127.0.0.1:40101
    order-v2-2  v2       ready         0  10m        http://127.0.0.1:40102
    "
  `)
})

test('a service before its first version has nothing to show, and says so', () => {
  const shown = service('order', { stable: null, versions: [], instances: [] })
  expect(picture(drawService(shown, NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    order core
      stable      no version yet
      traffic     -
      release     none under way

    no instance runs
    "
  `)
})
