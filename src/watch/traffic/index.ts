export { type Latencies, type Slowness } from './counts.ts'
export { type Arrivals, type Ask, type Evidence, evidenceOf } from './evidence.ts'
