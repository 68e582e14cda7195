import { expect } from 'vitest'
import { Problem } from '../client/index.ts'
import type { Route } from './route.ts'
import type { Desk, Told, Wish } from './server.fixture.ts'
import { ROUTES } from './server.ts'

/** The route that a request is for. */
export function routeOf(method: string, path: string): Route {
  const [pathname = ''] = path.split('?')
  const found = ROUTES.find(
    route => route.method === method && new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`).test(pathname),
  )
  if (!found) throw new Error(`no route for ${method} ${path}`)
  return found
}

/** Asks, and holds the reply to the schema of its route: all that it says is there, and nothing else. */
export async function askAs(desk: Desk, method: string, path: string, wish: Wish = {}): Promise<Told> {
  const route = routeOf(method, path)
  const told = await desk.ask(method, path, wish)
  const { status, body, text } = told
  expect([status, status === route.status ? '' : body]).toEqual([route.status, ''])
  if (route.reply) expect(route.reply.parse(body)).toEqual(body)
  else expect(text).toBe('')
  return told
}

/** Asks for what is refused, and gives the refusal. */
export async function refusal(desk: Desk, method: string, path: string, wish: Wish = {}) {
  const { status, body } = await desk.ask(method, path, wish)
  return { status, ...Problem.parse(body).error }
}
