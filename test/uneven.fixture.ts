/* The service of the tests, of which the instance that starts first fails a third of its requests. */
import { mkdirSync } from 'node:fs'

const { WORLD = '' } = process.env
try {
  mkdirSync(`${WORLD}/first`)
  process.env['VERSION'] = 'bad33'
} catch {
  // Another one was first.
}
await import('./service.fixture.ts')
