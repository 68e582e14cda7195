export { Client, type ClientOptions, HubUnreachable, type Order, Refused } from './client.ts'
export * from './contract.ts'
export * from './live.ts'
