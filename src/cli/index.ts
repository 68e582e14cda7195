export type { CheckOptions, Deps, GatewayOptions, Io, LocalOptions, Sink } from './io.ts'
export { runCommandLine } from './run.ts'
