import { describe, expect, it } from 'vitest'
import { type BadSettings, readCommonSettings, Settings } from './settings.ts'

function problemsOf(env: Record<string, string>, read: (settings: Settings) => unknown): readonly string[] {
  const settings = new Settings(env)
  read(settings)
  try {
    settings.done()
    return []
  } catch (error) {
    return (error as BadSettings).problems
  }
}

describe('settings', () => {
  it('have defaults, which also stand in for empty variables', () => {
    const expected = { host: '127.0.0.1', port: 7300, version: 'v1', logLevel: 'info', graceMs: 10_000 }
    expect(readCommonSettings(new Settings({}), 7300)).toEqual(expected)
    expect(readCommonSettings(new Settings({ PORT: '', HOST: '' }), 7300)).toEqual(expected)
  })

  it('are read from the environment', () => {
    const env = { HOST: '0.0.0.0', PORT: '80', VERSION: 'v2.1-rc+3', LOG_LEVEL: 'debug', GRACE_MS: '5' }
    expect(readCommonSettings(new Settings(env), 1)).toEqual({
      host: '0.0.0.0',
      port: 80,
      version: 'v2.1-rc+3',
      logLevel: 'debug',
      graceMs: 5,
    })
  })

  it('tell all mistakes at once, each with its name and value', () => {
    const env = { PORT: '99999', VERSION: 'a b', LOG_LEVEL: 'loud', GRACE_MS: '-1' }
    const problems = problemsOf(env, settings => readCommonSettings(settings, 1))
    expect(problems).toHaveLength(4)
    for (const [i, name] of ['VERSION="a b"', 'PORT="99999"', 'LOG_LEVEL="loud"', 'GRACE_MS="-1"'].entries()) {
      expect(problems[i]).toContain(name)
    }
  })

  it.each(['1.5', '1e3', '0x10', ' 7', '7 ', 'seven', '-0', '٣'])('refuse %j as a whole number', text => {
    expect(
      problemsOf({ N: text }, settings => settings.integer('N', { fallback: 0, min: 0, max: 10_000 })),
    ).toHaveLength(1)
  })

  it.each([
    ['0', 0],
    ['1', 1],
    ['0.05', 0.05],
    ['.5', 0.5],
  ])('take %j as a ratio', (text, value) => {
    const settings = new Settings({ R: text })
    expect(settings.ratio('R', 0.3)).toBe(value)
    settings.done()
  })

  it.each(['1.01', '-0.1', '5%', 'NaN', '1e-2'])('refuse %j as a ratio', text => {
    expect(problemsOf({ R: text }, settings => settings.ratio('R', 0))).toHaveLength(1)
  })

  it.each(['127.0.0.1:80', 'https://a', 'http://u:p@a', 'http://a/?b', 'http://a/#b', 'ftp://a', 'nowhere'])(
    'refuse %j as an address',
    text => {
      expect(problemsOf({ U: text }, settings => settings.url('U', 'http://127.0.0.1:1'))).toHaveLength(1)
    },
  )

  it('drop the slash at the end of an address, and keep its path', () => {
    expect(new Settings({ U: 'http://a:1/x/' }).url('U', 'http://b')).toBe('http://a:1/x')
  })

  it('name the choices there are', () => {
    const problems = problemsOf({ C: 'z' }, settings => settings.oneOf('C', ['x', 'y'], 'x'))
    expect(problems).toEqual(['C="z" is unknown: give one of x, y'])
  })
})
