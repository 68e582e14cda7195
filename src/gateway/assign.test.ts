import { describe, expect, it } from 'vitest'
import { assign } from './assign.ts'
import { isFault, readFields } from './fields.ts'
import { ServiceLedger } from './ledger.ts'
import { ServiceRoute, type ServiceRouteInput } from './protocol.ts'
import { traceparents, userIds } from './random-ids.ts'
import { compileService, type Service } from './service.ts'

function service(route: Partial<ServiceRouteInput>): Service {
  const shares = [
    { version: 'v1', weight: 50, endpoints: [] },
    { version: 'v2', weight: 50, endpoints: [], segments: [{ header: 'x-beta', value: '1' }] },
  ]
  const whole = ServiceRoute.parse({ service: 'shop', shares, ...route })
  const endpointOf = () => {
    throw new Error('there are no endpoints')
  }
  return compileService(whole, new ServiceLedger('shop'), endpointOf, 1)
}

function traits(lines = '') {
  const fields = readFields(lines, 0)
  if (isFault(fields)) throw new Error(fields.reason)
  return { fields, host: 'a', cookie: /^cookie: (.*?)\r$/im.exec(lines)?.[1] }
}

const chance = { random: () => 0.75, newUserId: () => 'new' }

describe('an assignment', () => {
  it('goes by segment first, whoever the user is', () => {
    for (let i = 0; i < 20; i++) {
      const { version } = assign(service({}), traits(`Cookie: shipwatch_user=u${i}\r\nX-Beta: 1\r\n`), false, chance)
      expect(version?.name).toBe('v2')
    }
  })

  it('names a new user only where a cookie decides between versions', () => {
    const newUser = (route: Partial<ServiceRouteInput>, lines = '', excluded = false) =>
      assign(service(route), traits(lines), excluded, chance).newUser
    expect(newUser({})).toBe('new')
    expect(newUser({}, 'Cookie: shipwatch_user=known\r\n')).toBeUndefined()
    expect(newUser({ identity: [{ header: 'x-user' }] }, 'X-User: known\r\n')).toBeUndefined()
    expect(newUser({}, '', true)).toBeUndefined()
    expect(newUser({ stickiness: 'user' })).toBeUndefined()
    expect(newUser({ stickiness: 'none' })).toBeUndefined()
    expect(newUser({ shares: [{ version: 'v1', weight: 100, endpoints: [] }] })).toBeUndefined()
  })

  it('knows a user also where users do not stick, so that they can be counted', () => {
    const sticky = service({ stickiness: 'none', identity: [{ header: 'x-user' }] })
    const { user, version } = assign(sticky, traits('X-User: known\r\n'), false, chance)
    expect(user).toBeDefined()
    // Chance says three quarters: the second half.
    expect(version?.name).toBe('v2')
  })

  it('says whose version was drawn: a user’s once, a request’s of nobody known each time', () => {
    const drawn = (to: Service, lines = '', excluded = false) => assign(to, traits(lines), excluded, chance).drawn
    const one = service({ identity: [{ header: 'x-user' }] })
    expect([drawn(one, 'X-User: a\r\n', true), drawn(one, 'X-User: a\r\nX-Beta: 1\r\n')]).toEqual([false, false])
    expect([drawn(one, 'X-User: a\r\n'), drawn(one, 'X-User: a\r\n'), drawn(one, 'X-User: b\r\n')]).toEqual([
      true,
      false,
      true,
    ])
    // Who got a cookie is met with it again; here everybody gets the same.
    expect([drawn(one), drawn(one), drawn(one, 'Cookie: shipwatch_user=new\r\n')]).toEqual([true, false, false])
    expect([drawn(one, '', true), drawn(one, 'X-Beta: 1\r\n')]).toEqual([false, false])
    const each = service({ stickiness: 'none', identity: [{ header: 'x-user' }] })
    expect([drawn(each, 'X-User: a\r\n'), drawn(each, 'X-User: a\r\n')]).toEqual([true, true])
    const whole = service({ shares: [{ version: 'v1', weight: 100, endpoints: [] }] })
    expect([drawn(whole), drawn(whole, 'Cookie: shipwatch_user=known\r\n')]).toEqual([false, false])
  })

  it('takes an empty cookie for none', () => {
    expect(assign(service({}), traits('Cookie: shipwatch_user=\r\n'), false, chance)).toMatchObject({
      user: undefined,
      newUser: 'new',
    })
  })

  it('finds no version where there is none', () => {
    expect(assign(service({ shares: [] }), traits(), false, chance).version).toBeUndefined()
  })
})

describe('ids', () => {
  it('are never the same twice, and have the shape of their standard', () => {
    const [user, trace] = [userIds(), traceparents()]
    const ids = Array.from({ length: 1_000 }, user)
    const traces = Array.from({ length: 1_000 }, trace)
    expect(new Set(ids).size).toBe(1_000)
    expect(new Set(traces.map(text => text.slice(3, 35))).size).toBe(1_000)
    for (const id of ids) expect(id).toMatch(/^[\w-]{16}$/)
    for (const text of traces) expect(text).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })
})
