import type { Clock } from '../../src/kernel/index.ts'
import { Story } from './story.fixture.ts'
import { World } from './world.fixture.ts'

/** The shop as most tests find it: a past, a release under way that goes badly, one that waits for somebody. */
export function harbour(clock: Clock): { readonly world: World; readonly bad: Story; readonly undecided: Story } {
  const world = new World(clock)
  world.write('hub.started', { at: world.ago(9_000), data: { version: '0.1.0', address: 'http://127.0.0.1:7700' } })
  world.addService('order', 'v1', { owner: 'trade', markets: ['eu', 'us', 'apac'] })
  world.addService('payment', 'v7', { owner: 'money' })
  const storefront = world.addService('storefront', 'v12', { tier: 'edge', owner: 'web', markets: ['eu', 'us'] })
  world.services.set('storefront', {
    ...storefront,
    instances: [
      world.instance('storefront', 'v12', 1),
      { ...world.instance('storefront', 'v12', 2, { state: 'backing-off', restarts: 4 }), readySince: undefined },
    ],
  })
  world.addService('search', null, { tier: 'edge' })
  const first = new Story(world, {
    version: 'v2',
    previous: 'v1',
    badPerThousand: 3,
    note: 'Faster checkout',
    beganSecondsAgo: 7_600,
  }).finish()
  first.end()
  const undecided = new Story(world, {
    service: 'payment',
    version: 'v8',
    previous: 'v7',
    badPerThousand: 5,
    note: 'Retry declined cards once',
    by: 'user/wang',
    beganSecondsAgo: 1_900,
  }).pass(55)
  undecided.beInconclusive()
  const bad = new Story(world, {
    version: 'v3',
    previous: 'v2',
    badPerThousand: 55,
    note: 'New discount rules',
    beganSecondsAgo: 8,
  }).pass(5)
  return { world, bad, undecided }
}
