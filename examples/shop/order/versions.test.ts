import { describe, expect, it } from 'vitest'
import type { Call, Handler } from '../chassis/server.ts'
import { holdUp } from './stall.ts'
import { VERSIONS } from './versions.ts'

describe('the versions', () => {
  it.each([
    ['v1', ['schema', 'shelf']],
    ['v3', ['brokenCheckouts']],
    ['v4', ['stall']],
    ['v5', ['crashAfterMs']],
    ['v6', []],
  ])('%s differs from v2 in %j only', (name, expected) => {
    const [v2, other] = [VERSIONS['v2'], VERSIONS[name]]
    if (v2 === undefined || other === undefined) throw new Error('no such version')
    const keys = Object.keys(v2).filter(key => key !== 'summary') as (keyof typeof v2)[]
    expect(keys.filter(key => v2[key] !== other[key])).toEqual(expected)
  })

  it('stall more than one request in a hundred where the 99th percentile is to move, and less than one in ten', () => {
    const ratios = Object.values(VERSIONS).map(({ stall }) => stall.ratio)
    expect(ratios.filter(ratio => ratio > 0.01 && ratio < 0.1)).toHaveLength(1)
    expect(ratios.filter(ratio => ratio === 0)).toHaveLength(5)
  })
})

describe('a stall', () => {
  it('holds up the requests that chance picks, before they are handled', async () => {
    const events: string[] = []
    const draws = [0.5, 0.029, 0.03, 0]
    const handler: Handler = () => {
      events.push('handled')
      return { status: 200 }
    }
    const routes = holdUp(
      { 'GET /products': handler },
      { ratio: 0.03, extraMs: 400 },
      () => draws.shift() ?? 1,
      ms => {
        events.push(`waited ${ms}`)
        return Promise.resolve()
      },
    )
    for (let i = 0; i < 4; i++) await routes['GET /products']?.({} as Call)
    expect(events).toEqual(['handled', 'waited 400', 'handled', 'handled', 'waited 400', 'handled'])
  })
})
