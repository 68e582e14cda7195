export * from './traffic/index.ts'
