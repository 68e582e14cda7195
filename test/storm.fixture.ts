import { HubUnreachable, Refused } from '../src/client/index.ts'
import { type Random, systemClock } from '../src/kernel/index.ts'
import type { Reign } from './kill.fixture.ts'

const LONGEST_PAUSE_MS = 1_200

const STRATEGIES = [
  {
    type: 'canary',
    stages: [
      { weight: '20%', for: '500ms' },
      { weight: '50%', until: 'verdict', within: '3s' },
    ],
  },
  {
    type: 'canary',
    stages: [
      { segment: { header: 'x-beta', value: '1' }, for: '1s' },
      { weight: '50%', for: '10m' },
    ],
  },
  { type: 'rolling', maxSurge: 1, pause: '300ms', watch: '500ms' },
  { type: 'rolling', maxSurge: 0, maxUnavailable: 1, watch: '0s' },
  { type: 'blue-green', preview: { cookie: 'beta', value: 'yes' }, previewFor: '500ms', watch: '1s' },
  { type: 'all-at-once' },
] as const

/** None that ends by itself: whoever promotes that loses requests, and rightly so. */
const KINDS = ['good', 'good', 'bad30', 'deaf'] as const

/** People who deploy, pause, resume, promote and take back without sense, while hubs die. */
export async function storm({ world }: Reign, actions: number, random: Random): Promise<void> {
  const any = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const deployed = ['v1']
  const act: Readonly<Record<string, () => Promise<unknown>>> = {
    async deploy() {
      const version = `${any(KINDS)}-${deployed.length}`
      deployed.push(version)
      await world.client.deploy('shop', { version, strategy: any(STRATEGIES) })
    },
    redeploy: () => world.client.deploy('shop', { version: any(deployed), strategy: any(STRATEGIES) }),
    pause: () => world.client.order('shop', 'pause'),
    resume: () => world.client.order('shop', 'resume'),
    promote: () => world.client.order('shop', 'promote'),
    rollback: () => world.client.rollBack('shop'),
    back: () => world.client.rollBack('shop', { to: any(deployed) }),
    kill: () => world.newestHub.kill('SIGKILL'),
  }
  const often = 'deploy deploy deploy redeploy pause resume promote rollback back kill kill'.split(' ')
  for (let i = 0; i < actions; i++) {
    await systemClock.sleep(random() * LONGEST_PAUSE_MS) // the moment is what is tried here
    try {
      await act[any(often)]?.()
    } catch (error) {
      if (!(error instanceof Refused && error.status < 500) && !(error instanceof HubUnreachable)) throw error
    }
  }
}
