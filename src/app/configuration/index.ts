export { type Fault, formatFault } from './fault.ts'
export { jsonSchemaOf } from './json-schema.ts'
export { type Loaded, type LoadOptions, loadConfiguration } from './load.ts'
export { type Reload, type WatchOptions, watchConfiguration } from './watch.ts'
