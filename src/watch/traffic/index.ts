export { type Arrivals } from './arrivals.ts'
export { type Latencies, type Slowness } from './counts.ts'
export { type Ask, type Evidence, evidenceOf } from './evidence.ts'
