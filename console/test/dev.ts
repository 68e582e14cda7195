/** The console at work against a made-up hub: `npm run console`, sign in as li, “harbour light”. */

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createServer } from 'vite'
import { systemClock as clock } from '../../src/kernel/index.ts'
import { harbour } from './harbour.fixture.ts'
import { FixtureHub } from './hub.fixture.ts'
import { Story } from './story.fixture.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '7780' } } })
const { world } = harbour(clock)
const hub = await new FixtureHub(world, fileURLToPath(new URL('../../dist/console', import.meta.url))).listen()
const vite = await createServer({
  configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
  server: { port: Number(values.port), proxy: { '/api': hub.url } },
})
await vite.listen()
vite.printUrls()
console.log('  sign in as li, password: harbour light')

let number = 4
const running = new Map<string, Story>()
for (;;) {
  await clock.sleep(1_000)
  for (const service of ['order', 'search']) {
    const known = running.get(service)
    const stable = world.services.get(service)?.stable
    if (known) known.pass(1)
    if (stable && (known === undefined || known.release.outcome !== undefined) && number % 2 === 0) {
      if (known?.release.phase === 'baking') known.end()
      const badPerThousand = number % 4 === 0 ? 3 : 40
      running.set(service, new Story(world, { service, version: `v${number}`, previous: stable, badPerThousand }))
    }
  }
  number += 1
}
