export * from './buckets.ts'
export * from './protocol.ts'
export { type GatewayEvents, runGateway } from './run.ts'
export { GatewayLimits, GatewayOptions, type GatewayOptionsInput, readAdminAddress } from './schema.ts'
