import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { hasChromium, overflowOf } from './browser.fixture.ts'
import { Visit } from './visit.fixture.ts'

const FOCUSABLE = 'a[href], button:not(:disabled), input:not([hidden]), select, textarea, summary, [tabindex="0"]'

interface Focused {
  readonly name: string
  readonly isSeen: boolean
  readonly isInView: boolean
}

/** What the focus rests on, whether that can be seen, and whether it is there to be seen. Runs in the page. */
function focused(): Focused | undefined {
  const element = document.activeElement
  if (!element || element === document.body) return undefined
  const { outlineStyle, outlineWidth } = getComputedStyle(element)
  const { top, bottom, width, height } = element.getBoundingClientRect()
  const text = element.getAttribute('aria-label') ?? element.textContent
  return {
    name: `${element.tagName} ${text.slice(0, 40)}`,
    isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && width > 0 && height > 0,
    isInView: bottom > 0 && top < innerHeight,
  }
}

/** Everything that Tab comes by, once around the page. */
async function tabThrough(page: Page): Promise<readonly Focused[]> {
  const seen: Focused[] = []
  for (let steps = 0; steps < 400; steps++) {
    await page.keyboard.press('Tab')
    const next = await page.evaluate(focused)
    if (!next) return seen
    seen.push(next)
  }
  throw new Error('the focus never leaves the page')
}

describe.runIf(hasChromium())('every page without a mouse', () => {
  const visit = Visit.forThisSuite()
  const settled = async (page: Page, path: string): Promise<void> => {
    await page.goto(`${visit.hub.url}${path}`)
    await page.locator('[data-live="live.live"]').waitFor()
    await page.waitForFunction(() => document.querySelectorAll('main .bg-line.breathe').length === 0)
  }
  const paths = () => ['/', '/services/order', `/releases/${visit.bad.id}`, '/logbook?kind=release.asked', '/nowhere']

  it('comes by everything that can be used, in view and with the focus to be seen', async () => {
    const page = await visit.signedIn()
    for (const path of paths()) {
      await settled(page, path)
      const all = await page.locator(FOCUSABLE).filter({ visible: true }).count()
      const seen = await tabThrough(page)
      expect(
        seen.filter(({ isSeen, isInView }) => !isSeen || !isInView),
        path,
      ).toEqual([])
      expect(seen.length, path).toBeGreaterThanOrEqual(all)
      expect(seen[0]?.name, path).toContain('Skip to the content')
    }
  }, 60_000)

  it('does not move sideways when everything is twice as large', async () => {
    const zoomed = { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 }
    const page = await visit.signedIn('/', zoomed)
    const wide: string[] = []
    for (const path of paths()) {
      await settled(page, path)
      if ((await overflowOf(page)) > 0) wide.push(path)
    }
    expect(wide).toEqual([])
  })

  it('keeps a dialog and its last button within reach when everything is twice as large', async () => {
    const page = await visit.signedIn('/services/order', {
      viewport: { width: 720, height: 450 },
      deviceScaleFactor: 2,
    })
    await page.getByRole('button', { name: 'Deploy' }).click()
    const submit = page.getByRole('dialog').getByRole('button', { name: 'Deploy' })
    await submit.scrollIntoViewIfNeeded()
    await expect.poll(() => submit.evaluate(inView)).toBe(true)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Deploy')
  })

  it('moves nothing for those who do not want it, and moves for the others', async () => {
    const moving = (): number =>
      [...document.querySelectorAll('*')].filter(one => {
        const { animationName, transitionDuration } = getComputedStyle(one)
        return animationName !== 'none' || Number.parseFloat(transitionDuration) > 0
      }).length
    const calm = await visit.signedIn('/services/order', { reducedMotion: 'reduce' })
    await calm.getByRole('button', { name: 'Deploy' }).click()
    expect(await calm.evaluate(moving)).toBe(0)
    const lively = await visit.signedIn('/services/order', { reducedMotion: 'no-preference' })
    await lively.getByRole('button', { name: 'Deploy' }).click()
    expect(await lively.evaluate(moving)).toBeGreaterThan(0)
  })
})

function inView(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect()
  return top >= 0 && bottom <= innerHeight
}
