import type { Live } from './live/index.ts'
import type { Overview } from './overview.ts'
import type { Rooms } from './rooms.ts'

/** The rooms, and what the interface itself keeps. */
export interface Inside extends Rooms {
  readonly live: Live
  readonly overview: Overview
}
