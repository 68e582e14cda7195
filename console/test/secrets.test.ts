import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { hasChromium } from './browser.fixture.ts'
import { passwordOf } from './office.fixture.ts'
import { OfficeVisit } from './office-visit.fixture.ts'
import { Shell, SignInPage } from './pages.fixture.ts'

const NEXT = 'seven calm harbours'

/** All that the page still knows of what was sent to the hub and answered by it, wherever react keeps it. */
async function kept(page: Page): Promise<string> {
  const found = await page.evaluate(() => {
    interface Fiber {
      readonly memoizedProps?: { readonly client?: Client } | null
      readonly child: Fiber | null
      readonly sibling: Fiber | null
    }
    interface Cache {
      getAll(): readonly { readonly state: unknown }[]
    }
    interface Client {
      getMutationCache?(): Cache
      getQueryCache(): Cache
    }
    const root = document.getElementById('root') as unknown as Record<string, { stateNode: { current: Fiber } }>
    const key = Object.keys(root).find(name => name.startsWith('__reactContainer')) ?? ''
    const ahead: (Fiber | null | undefined)[] = [root[key]?.stateNode.current]
    for (let fiber = ahead.pop(); fiber; fiber = ahead.pop()) {
      const client = fiber.memoizedProps?.client
      if (client?.getMutationCache) {
        const all = [...client.getQueryCache().getAll(), ...client.getMutationCache().getAll()]
        return JSON.stringify(all.map(({ state }) => state))
      }
      for (const next of [fiber.sibling, fiber.child]) if (next) ahead.push(next)
    }
    return undefined
  })
  if (found === undefined) throw new Error('the page has no store of what it asked')
  return found
}

describe.runIf(hasChromium())('a secret', () => {
  const visit = OfficeVisit.forThisSuite()

  beforeEach(async () => {
    await visit.office.join('ada', 'admin', { displayName: 'Ada' })
  })

  const dialog = (page: Page) => page.getByRole('dialog')

  it('is forgotten by the page once it was sent: the password of a sign-in, and of a change', async () => {
    const page = await visit.as('ada', '/people')
    await page.getByRole('article').first().waitFor()
    expect(await kept(page)).toContain('"ada"')
    await expect.poll(() => kept(page)).not.toContain(passwordOf('ada'))
    await new Shell(page).menu.click()
    await page.getByRole('menuitem', { name: 'Change password' }).click()
    await new SignInPage(page).choosePassword(passwordOf('ada'), NEXT)
    await dialog(page).waitFor({ state: 'detached' })
    await expect.poll(() => kept(page)).not.toContain(NEXT)
  })

  it.each([
    ['a token', '/tokens', 'New token', 'Token'],
    ['a one-time password', '/people', 'Add somebody', 'One-time password'],
  ])('is forgotten by the page once its dialog is closed: %s', async (_, path, make, name) => {
    const page = await visit.as('ada', path)
    await page.getByRole('button', { name: make }).click()
    await dialog(page).getByLabel('Name', { exact: true }).fill('wang')
    await dialog(page).getByRole('button', { name: make }).click()
    const secret = await dialog(page).getByLabel(name, { exact: true }).innerText()
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(secret)
    await expect.poll(() => kept(page)).not.toContain(secret)
  })
})
