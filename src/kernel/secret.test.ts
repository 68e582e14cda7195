import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Secret, secretFileOf, secretOf, secretsIn } from './secret.ts'

describe('a secret', () => {
  const secret = Secret.parse('hunter2')

  it.each([
    ['as a string', String(secret)],
    ['joined to a text', ['x', secret].join('-')],
    ['in JSON', JSON.stringify({ secret })],
    ['to the console', inspect({ deep: { secret } }, { depth: 9, showHidden: true })],
    ['copied into an object', JSON.stringify(Object.assign({}, secret))],
    ['by its keys', JSON.stringify(Reflect.ownKeys(secret))],
    ['cloned', inspect(structuredClone({ secret }))],
    ['in an error', inspect(new Error('bad', { cause: secret }))],
  ])('does not show %s', (_, printed) => {
    expect(printed).not.toContain('hunter2')
  })

  it('gives its text to whoever asks for it by name', () => {
    expect(secret.reveal()).toBe('hunter2')
    expect(String(secret)).toBe('[secret]')
  })

  it('is accepted again once it is one', () => {
    expect(Secret.parse(secret)).toBe(secret)
  })

  it.each([
    ['', 'a secret is empty'],
    ['file:/etc/shadow', 'file: secrets are read from a configuration only'],
  ])('is not made of %j', (text, message) => {
    expect(Secret.safeParse(text).error?.issues.map(issue => issue.message)).toEqual([message])
  })

  it.each([5, true, null, {}, []])('is not made of %j', value => {
    expect(Secret.safeParse(value).success).toBe(false)
  })

  it('names its file after file:, and only there', () => {
    expect(secretFileOf('file:/run/secrets/x')).toBe('/run/secrets/x')
    expect(secretFileOf('profile:x')).toBeUndefined()
  })
})

describe('the secrets in a value', () => {
  it('are found wherever they are, each once, in a circle too', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(secretOf)
    const value: Record<string, unknown> = {
      a,
      again: a,
      list: [1, null, { b }],
      map: new Map([['x', c]]),
      set: new Set([d]),
    }
    value['self'] = value
    expect(secretsIn(value)).toEqual([a, b, c, d])
    expect(secretsIn(value).map(secret => secret.reveal())).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are none in what holds none', () => {
    expect(secretsIn(z.strictObject({ a: z.number() }).parse({ a: 1 }))).toEqual([])
    expect(secretsIn('text')).toEqual([])
  })
})
