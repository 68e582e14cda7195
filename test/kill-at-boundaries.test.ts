import { expect, it } from 'vitest'
import type { Ending } from './chronicle.fixture.ts'
import type { Death } from './hub.fixture.ts'
import { begin, inWorlds } from './kill.fixture.ts'

const WORLDS = 6
/** How often a boundary is tried that a release may or may not come to. */
const TRIES = 3

/** Looks happen once a second, whatever else the hub does then. */
const isLook = ({ where }: Death): boolean => / evidence /.test(where)

/**
 * Where a release may or may not come by, as it depends on the time: a look; and, on its way to a verdict that takes
 * it back, how many stages it gets through.
 */
const isByTheWay = (death: Death, ending: Ending): boolean =>
  isLook(death) || (ending === 'rolled-back' && death.nth > 1)

it.each<Ending>(['promoted', 'rolled-back'])(
  'a release that is %s comes to the same end wherever the hub is killed',
  async ending => {
    const first = await begin()
    const boundaries = await first.walk(ending)
    await first.world.close()
    // Looks that change nothing are all alike: to die at the first of them is to die at each.
    const chosen = boundaries.filter(death => !isLook(death) || death.nth === 1)
    expect(chosen.length).toBeGreaterThan(40)

    let deaths = 0
    const missed: Death[] = []
    const failures = await inWorlds(WORLDS, chosen, async (reign, death) => {
      for (let tries = 0; tries < (isByTheWay(death, ending) ? TRIES : 1); tries++) {
        if (await reign.survive(ending, death)) {
          deaths += 1
          return
        }
      }
      missed.push(death)
    })
    process.stdout.write(`${ending}: killed at ${deaths} of ${chosen.length} boundaries\n`)
    expect(failures).toEqual([])
    expect(missed.filter(death => !isByTheWay(death, ending))).toEqual([])
    expect(missed.length).toBeLessThan(chosen.length / 10)
  },
  600_000,
)
