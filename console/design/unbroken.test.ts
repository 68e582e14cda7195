import { expect, it } from 'vitest'
import { unbroken } from './unbroken.ts'

it.each([
  ['12 of 240 (5.0 %)', '12 of 240 (5.0\u00a0%)'],
  ['41 ms against 190 ms', '41\u00a0ms against 190\u00a0ms'],
  ['10 percent of v2 msgs, 3 msgs', '10 percent of v2 msgs, 3 msgs'],
])('a number keeps its sign on its line: %s', (text, kept) => expect(unbroken(text)).toBe(kept))
