import { setTimeout as sleep } from 'node:timers/promises'
import type { Handler } from '../chassis/server.ts'
import type { Behaviour } from './versions.ts'

/** Holds up a share of all requests before they are handled; health checks are not among these routes. */
export function holdUp(
  routes: Readonly<Record<string, Handler>>,
  { ratio, extraMs }: Behaviour['stall'],
  random: () => number = Math.random,
  wait: (ms: number) => Promise<void> = sleep,
): Readonly<Record<string, Handler>> {
  const slow = Object.entries(routes).map(([name, handler]): [string, Handler] => [
    name,
    async call => {
      if (random() < ratio) await wait(extraMs)
      return handler(call)
    },
  ])
  return Object.fromEntries(slow)
}
