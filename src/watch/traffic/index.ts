export { type Slowness } from './counts.ts'
export { type Ask, type Evidence, evidenceOf } from './evidence.ts'
