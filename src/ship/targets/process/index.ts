export { type ProcessTarget, type ProcessTargetOptions, processTarget } from './process-target.ts'
export { ProcessRun } from './schema.ts'
export type { Step } from './surroundings.ts'
