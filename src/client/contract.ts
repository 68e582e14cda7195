/*
 * What the hub's API takes and gives. The hub checks what it takes by these schemas and its tests what
 * it gives; the command line and the console read them. What is said of a member stands in the API's description.
 */
export { Problem, Tally } from './contract/common.ts'
export * from './contract/logbook.ts'
export * from './contract/order.ts'
export * from './contract/release.ts'
export * from './contract/service.ts'
