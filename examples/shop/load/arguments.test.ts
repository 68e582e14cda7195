import { describe, expect, it } from 'vitest'
import { readLoadArguments, USAGE } from './arguments.ts'

describe('the arguments', () => {
  it('have defaults', () => {
    expect(readLoadArguments([])).toEqual({
      base: 'http://127.0.0.1:7300/api',
      requestsPerSecond: 20,
      forMs: undefined,
      users: 2000,
      markets: ['eu', 'us', 'apac'],
      buyers: 0.9,
      thinkMs: 300,
      timeoutMs: 10_000,
      maxSockets: 256,
      finishMs: 3000,
      seed: 1,
      json: false,
      help: false,
    })
  })

  it('are read', () => {
    const argv = '--order-url http://a:1/x/ --rate 0.5 --for 1.5m --users 7 --markets us --buyers 0 --think 0ms --json'
    expect(readLoadArguments([...argv.split(' '), '--timeout=2s', '--sockets=3', '--seed=9'])).toEqual({
      base: 'http://a:1/x',
      requestsPerSecond: 0.5,
      forMs: 90_000,
      users: 7,
      markets: ['us'],
      buyers: 0,
      thinkMs: 0,
      timeoutMs: 2000,
      maxSockets: 3,
      finishMs: 3000,
      seed: 9,
      json: true,
      help: false,
    })
  })

  it.each([
    ['--rate 0', '--rate "0" is wrong: give a number from 0.01 to 100000'],
    ['--rate fast', '--rate "fast" is wrong'],
    ['--users 1.5', '--users "1.5" is wrong: give a whole number from 1 to 1000000'],
    ['--users=', '--users "" is wrong'],
    ['--for 5', '--for "5" is wrong: give a time such as 500ms, 30s or 5m'],
    ['--buyers 2', '--buyers "2" is wrong: give a number from 0 to 1'],
    ['--markets eu,mars', '--markets "mars" is unknown: give some of eu,us,apac'],
    ['--url ftp://a', '"ftp://a" is not an address'],
    ['--url http://a --order-url http://b', 'give --url or --order-url, not both'],
    ['--speed 1', "Unknown option '--speed'"],
    ['--rate 0 --users 0', '--users "0" is wrong'],
  ])('%s is refused', (argv, message) => {
    expect(() => readLoadArguments(argv.split(' '))).toThrow(message)
  })

  it('are all in the usage', () => {
    for (const name of [
      'url',
      'order-url',
      'rate',
      'for',
      'users',
      'markets',
      'buyers',
      'think',
      'timeout',
      'sockets',
      'seed',
      'json',
    ]) {
      expect(USAGE).toContain(`--${name} `)
    }
  })
})
