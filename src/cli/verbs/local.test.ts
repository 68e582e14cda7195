import { describe, expect, test } from 'vitest'
import { call } from '../call.fixture.ts'
import { offersOf } from '../completion/offers.ts'
import { VERBS } from '../table.ts'

/** What the composition root is given. */
async function givenBy(...argv: string[]): Promise<unknown> {
  const given: unknown[] = []
  const take = async (options: unknown): Promise<number> => given.push(options) - 1
  const local = { up: take, down: take, hub: take, gateway: take, check: take }
  const { code, err } = await call(argv, { local })
  expect([code, err]).toEqual([0, ''])
  return given[0]
}

test.each(['up', 'hub', 'down'])(
  '%s passes on where the configuration is, and whether its output is JSON',
  async verb => {
    expect(await givenBy(verb)).toEqual({ json: false })
    expect(await givenBy(verb, '--config', 'shop/', '--json')).toEqual({ config: 'shop/', json: true })
  },
)

test('gateway passes on where the configuration is, and no more', async () => {
  expect(await givenBy('gateway')).toEqual({})
  expect(await givenBy('gateway', '--config', 'shop/')).toEqual({ config: 'shop/' })
})

test('gateway passes on what is given, and leaves out what is not', async () => {
  expect(await givenBy('gateway', '--listen', ':80')).toEqual({ listen: ':80' })
  expect(await givenBy('gateway', '--admin', 'admin.sock', '--data', 'd')).toEqual({ admin: 'admin.sock', data: 'd' })
})

describe('check --schema', () => {
  test('asks for the schema, on one line with --json', async () => {
    expect(await givenBy('check')).toEqual({ json: false })
    expect(await givenBy('check', '--schema')).toEqual({ json: false, schema: true })
    expect(await givenBy('check', '--schema', '--json')).toEqual({ json: true, schema: true })
  })

  test('is explained, and offered to shells', async () => {
    expect((await call(['help', 'check'])).out).toMatch(/--schema +print the JSON Schema of the file instead/)
    const check = offersOf(VERBS).find(({ verb }) => verb === 'check')
    expect(check?.options).toContainEqual(expect.objectContaining({ name: '--schema', takesValue: false }))
  })
})
