import { describe, expect, test } from 'vitest'
import { ASCII, canRedraw, lookOf, printable, UNICODE } from './look.ts'
import { ESCAPE } from './width.ts'

const write = (): void => {}

describe('colours', () => {
  test.each([
    ['a terminal has them', true, {}, true, true],
    ['a pipe has none', false, {}, true, false],
    ['NO_COLOR takes them away', true, { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR does not', true, { NO_COLOR: '' }, true, true],
    ['--no-color takes them away', true, {}, false, false],
    ['FORCE_COLOR gives them to a pipe', false, { FORCE_COLOR: '1' }, true, true],
    ['FORCE_COLOR=0 takes them away', true, { FORCE_COLOR: '0' }, true, false],
    ['NO_COLOR is stronger than FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['a dumb terminal has none', true, { TERM: 'dumb' }, true, false],
  ])('%s', (_, isTTY, env, colour, coloured) => {
    const { paint } = lookOf({ stdout: { write, isTTY }, env }, colour)
    expect(paint.red('bad')).toBe(coloured ? `${ESCAPE}[31mbad${ESCAPE}[39m` : 'bad')
    expect(paint.red('')).toBe('')
  })
})

describe('signs', () => {
  test.each([
    [{ LANG: 'en_GB.UTF-8' }, UNICODE],
    [{ LANG: 'zh_CN.utf8' }, UNICODE],
    [{ LANG: 'C' }, ASCII],
    [{}, ASCII],
    [{ LANG: 'en_GB.UTF-8', LC_ALL: 'C' }, ASCII],
    [{ LANG: 'C', LC_CTYPE: 'C.UTF-8' }, UNICODE],
    [{ LANG: 'C.UTF-8', LC_ALL: '' }, UNICODE],
    [{ WT_SESSION: 'x' }, UNICODE],
  ])('the locale %j decides', (env, glyphs) => {
    expect(lookOf({ stdout: { write }, env }, true).glyphs).toBe(glyphs)
  })
})

test.each([
  ['its columns', { isTTY: true, columns: 132 }, 132],
  ['80 columns when it does not say', { isTTY: true, columns: 0 }, 80],
  ['20 columns at least', { isTTY: true, columns: 3 }, 20],
  ['no end in a pipe, whatever it says', { columns: 40 }, Number.POSITIVE_INFINITY],
])('a line has %s', (_, stdout, width) => {
  expect(lookOf({ stdout: { write, ...stdout }, env: {} }, true).width).toBe(width)
})

test.each([
  ['Asia/Shanghai', 'Asia/Shanghai'],
  ['CET-1CEST', undefined],
  ['', undefined],
])('the time zone %j is read as %j', (TZ, zone) => {
  expect(lookOf({ stdout: { write }, env: { TZ } }, true).zone).toBe(zone)
})

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { TERM: 'dumb' }, false],
])('a picture can be redrawn: terminal %j, environment %j: %j', (isTTY, env, can) => {
  expect(canRedraw({ stdout: { write, isTTY }, env })).toBe(can)
})

describe('printable', () => {
  test('lets nobody move the cursor, set a title, or turn the text around', () => {
    const nasty = `note${ESCAPE}[2J${ESCAPE}]0;owned\u0007\u009b1A\u202egpj.exe`
    expect(printable(nasty, { utf8: true })).toBe('note[2J]0;owned1Agpj.exe')
  })

  test('keeps colours, and makes one line of several', () => {
    expect(printable(`${ESCAPE}[31mone\r\ntwo${ESCAPE}[39m\tthree`, { utf8: true })).toBe(
      `${ESCAPE}[31mone two${ESCAPE}[39m three`,
    )
  })

  test('writes punctuation in ASCII where nothing else can be read', () => {
    expect(printable('“v2” → v3 · 1.5×…', { utf8: false })).toBe('"v2" -> v3 - 1.5x...')
  })
})
