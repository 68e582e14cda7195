import { expect, it } from 'vitest'
import type { Ending } from './chronicle.fixture.ts'
import type { Death } from './hub.fixture.ts'
import { begin, inWorlds } from './kill.fixture.ts'

const WORLDS = 6
/** How often a boundary is tried that the hub comes to only if it looks at the right moment. */
const TRIES = 3

/** Where a hub may or may not come by: it looks once a second, whatever else it does then. */
const isByTheWay = ({ where }: Death): boolean => / evidence /.test(where)

it.each<Ending>(['promoted', 'rolled-back'])(
  'a release that is %s comes to the same end wherever the hub is killed',
  async ending => {
    const first = await begin()
    const boundaries = await first.walk(ending)
    await first.world.close()
    // Looks that change nothing are all alike: to die at the first of them is to die at each.
    const chosen = boundaries.filter(death => !isByTheWay(death) || death.nth === 1)
    expect(chosen.length).toBeGreaterThan(40)

    let deaths = 0
    const missed: Death[] = []
    const failures = await inWorlds(WORLDS, chosen, async (reign, death) => {
      for (let tries = 0; tries < (isByTheWay(death) ? TRIES : 1); tries++) {
        if (await reign.survive(ending, death)) {
          deaths += 1
          return
        }
      }
      missed.push(death)
    })
    process.stdout.write(`${ending}: killed at ${deaths} of ${chosen.length} boundaries\n`)
    expect(failures).toEqual([])
    expect(missed.filter(death => !isByTheWay(death))).toEqual([])
  },
  600_000,
)
