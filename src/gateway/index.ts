export * from './buckets.ts'
export * from './protocol.ts'
export { type GatewayEvents, runGateway } from './run.ts'
export { GatewayOptions, type GatewayOptionsInput, readAdminAddress } from './schema.ts'
