import type { Rival } from '../rival.ts'

/** Kamal asks the health check before it switches all traffic over, and looks at nothing afterwards. */
export const KAMAL: Rival = {
  name: 'Kamal',
  tuned: false,
  shareAt: () => 1,
  simulate: () => ({ outcome: 'promoted', seconds: 0, badRequests: 0 }),
}
