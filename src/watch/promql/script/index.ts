export { ScriptError } from './error.ts'
export { type Outcome, runScript } from './run.ts'
