import { describe, expect, test } from 'vitest'
import { FakeClock } from '../kernel/fake-clock.ts'
import { Misuse } from './fault.ts'
import {
  momentAt,
  readCommand,
  readCount,
  readDuration,
  readMoment,
  readOneOf,
  readPath,
  readStrategy,
  readUrl,
} from './read.ts'
import { NOW_MS } from './sample.fixture.ts'

describe.each([
  [
    'a duration',
    readDuration,
    [
      ['90s', 90_000],
      ['1h30m', 5_400_000],
    ],
    ['soon', '0', '-5s', ''],
  ],
  [
    'a number',
    readCount(500),
    [
      ['1', 1],
      ['500', 500],
    ],
    ['0', '501', '1.5', 'many', '', '1e2'],
  ],
  [
    'a path',
    readPath,
    [
      ['/', '/'],
      ['/health/ready', '/health/ready'],
    ],
    ['ready', '/a b', ''],
  ],
  [
    'an address',
    readUrl,
    [
      ['127.0.0.1:7700', 'http://127.0.0.1:7700'],
      ['https://hub.example/', 'https://hub.example'],
      ['http://[::1]:7700', 'http://[::1]:7700'],
    ],
    ['ftp://hub.example', 'http://', ' ', 'http://a b'],
  ],
  [
    'a strategy',
    readStrategy,
    [
      ['rolling', { type: 'rolling' }],
      ['{"type":"rolling","maxSurge":1}', { type: 'rolling', maxSurge: 1 }],
    ],
    ['roling', '{"type":', 'null', ''],
  ],
  [
    'a command',
    readCommand,
    [
      ['node main.js', 'node main.js'],
      ['["node", "my main.js"]', ['node', 'my main.js']],
    ],
    ['["node"', '[]', '[1]'],
  ],
  ['one of some words', readOneOf('core', 'edge'), [['core', 'core']], ['cor', 'Core', '']],
] as const)('%s', (_, read: (typed: string) => unknown, right, wrong) => {
  test.each(right.map(([typed, value]) => [typed, value] as const))('%j is read as %j', (typed, value) => {
    expect(read(typed)).toEqual(value)
  })

  test.each(wrong)('%j is refused, and named', typed => {
    expect(() => read(typed)).toThrow(Misuse)
  })
})

test('a moment is a time, or how long ago it was', () => {
  const clock = new FakeClock(NOW_MS)
  expect(momentAt(readMoment('2h'), clock)).toBe('2026-11-21T01:22:00.000Z')
  expect(momentAt(readMoment('2026-11-21T09:00:00+08:00'), clock)).toBe('2026-11-21T01:00:00.000Z')
  expect(() => readMoment('yesterday')).toThrow('“yesterday” is neither a duration nor a time')
})

test('a word that is nearly right is suggested', () => {
  expect(() => readStrategy('roling')).toThrow(
    '“roling” is none of canary, rolling, blue-green, all-at-once; did you mean rolling?',
  )
})
