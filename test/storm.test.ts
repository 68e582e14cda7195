import { expect, it } from 'vitest'
import { seededRandom, systemClock } from '../src/kernel/index.ts'
import { inWorlds } from './kill.fixture.ts'
import { storm } from './storm.fixture.ts'

const WORLDS = 5
const ACTIONS = Number(process.env['ACTIONS'] ?? 30)

it(
  'all comes to rest as one version, whatever people ask for and whenever hubs die',
  async () => {
    const seed = Number(process.env['SEED'] ?? systemClock.now() % 1_000_000)
    const storms = Array.from({ length: WORLDS }, (_, i) => i)
    const failures = await inWorlds(WORLDS, storms, async (reign, i) => {
      await storm(reign, ACTIONS, seededRandom(seed + i))
      await reign.calm()
    })
    expect(failures, `again with SEED=${seed}`).toEqual([])
  },
  300_000 + 10_000 * ACTIONS,
)
