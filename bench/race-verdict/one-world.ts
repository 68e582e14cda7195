import { parentPort, workerData } from 'node:worker_threads'
import { race } from './race.ts'
import { RIVALS } from './rivals/index.ts'
import type { World } from './traffic.ts'

/** Races everyone in one world, in a thread of its own. */
const { world, runs } = workerData as { readonly world: World; readonly runs: number }
parentPort?.postMessage(
  RIVALS.map(rival => race(rival, world, runs)),
  [],
)
