import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { hasChromium } from './browser.fixture.ts'
import { SignInPage } from './pages.fixture.ts'
import { Visit } from './visit.fixture.ts'

/** What may have to be loaded before the services are shown, as gzip sends it. */
const MOST_BYTES = 150_000

async function sizeOf(url: string): Promise<number> {
  const response = await fetch(url)
  return gzipSync(Buffer.from(await response.arrayBuffer()), { level: 9 }).length
}

describe.runIf(hasChromium())('the first view', () => {
  const visit = Visit.forThisSuite()

  it('is light: what is not looked at is not loaded', async () => {
    const page = await visit.open()
    const loaded = new Set<string>()
    page.on('request', request => {
      if (/\/assets\/.+\.(js|css)$/.test(request.url())) loaded.add(request.url())
    })
    await page.reload()
    await new SignInPage(page).signIn('li', 'harbour light')
    await page.locator('[data-live="live.live"]').waitFor()
    await page.getByRole('article').first().waitFor()
    const names = [...loaded].join(' ')
    expect(names).toMatch(/index-\S+\.js/)
    expect(names).not.toMatch(/chart|release-page|logbook-page|people-page/)
    const sizes = await Promise.all([...loaded].map(sizeOf))
    expect(Math.min(...sizes)).toBeGreaterThan(0)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES)
  })
})
