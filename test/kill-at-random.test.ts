import { expect, it } from 'vitest'
import { seededRandom, systemClock } from '../src/kernel/index.ts'
import { inWorlds } from './kill.fixture.ts'

const WORLDS = 6
const KILLS = Number(process.env['KILLS'] ?? 100)

it(
  'releases come to their end though hubs are killed at a hundred random moments',
  async () => {
    const seed = Number(process.env['SEED'] ?? systemClock.now() % 1_000_000)
    const shares = Array.from({ length: WORLDS }, (_, i) => ({
      kills: Math.floor(KILLS / WORLDS) + (i < KILLS % WORLDS ? 1 : 0),
      random: seededRandom(seed + i),
    }))
    const failures = await inWorlds(WORLDS, shares, (reign, { kills, random }) => reign.endure(kills, random))
    expect(failures, `again with SEED=${seed}`).toEqual([])
  },
  300_000 + 5_000 * KILLS,
)
