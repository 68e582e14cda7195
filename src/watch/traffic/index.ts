export { latencyOf, routesOf, type Slowness, tallyOf } from './counts.ts'
export { type Ask, ERRORS, type Evidence, evidenceOf } from './evidence.ts'
