import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { seededRandom, systemClock } from '../kernel/index.ts'
import { describeOnBoth } from '../store/both.fixture.ts'
import { openStore, type Store } from '../store/index.ts'
import type { Place } from '../store/store.contract.fixture.ts'
import { verify } from './verify.ts'

const WRITER = fileURLToPath(new URL('writer.fixture.ts', import.meta.url))
const KILLS = 5

describeOnBoth('a program killed while it writes', newPlace => {
  it(`loses nothing that it acknowledged, ${KILLS} times over, and leaves no half of a change`, async () => {
    const place = await newPlace()
    const random = seededRandom(7)
    let acknowledged = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const reached = await writeUntilKilled(place, Math.floor(random() * 60), Math.floor(random() * 400))
      expect(reached).toBeGreaterThan(acknowledged)
      acknowledged = reached
      const store = await openStore({ clock: systemClock, ...place })
      const found = await verify(store)
      expect(found).toMatchObject({ sound: true })
      // One more may have been committed whose acknowledgement the kill cut off.
      expect(found.entries - acknowledged).toBeOneOf([0, 1])
      expect(await versions(store)).toBe(found.entries)
      await store.close()
    }
  })
})

/** Kills with SIGKILL some microseconds after the given number of acknowledgements; resolves to the last number seen. */
async function writeUntilKilled(place: Place, count: number, spin: number): Promise<number> {
  const child: ChildProcess = spawn(
    process.execPath,
    place.url === undefined ? [WRITER, 'path', place.path ?? ''] : [WRITER, 'url', place.url],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const gone = once(child, 'exit')
  if (!child.stdout) throw new Error('the writer has no output')
  let last = 0
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    last = Number(line)
    seen += 1
    if (seen !== count + 1) continue
    const untilMs = systemClock.elapsed() + spin / 1_000
    while (systemClock.elapsed() < untilMs); // less than a timer can count, to hit any place within a commit
    child.kill('SIGKILL')
  }
  await gone
  return last
}

async function versions(store: Store): Promise<number> {
  const { count } = await store.db
    .selectFrom('versions')
    .select(of => of.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
