import fc from 'fast-check'
import { expect, test } from 'vitest'
import { screenAfter } from '../screen.fixture.ts'
import { repaint } from './viewer.ts'

const pictures = fc.array(fc.array(fc.stringMatching(/^[a-z订单 ]{0,10}$/), { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 6,
})

test('whatever stood there before, the last picture stands alone, with the lines above it untouched', () => {
  fc.assert(
    fc.property(pictures, pictures => {
      let written = '$ shipwatch deploy\n'
      let shown: readonly string[] = []
      for (const picture of pictures) {
        written += repaint(shown, picture, 20)
        shown = picture
      }
      const { rows, cursorShown } = screenAfter(written, 20)
      expect(rows.map(row => row.trimEnd())).toEqual(['$ shipwatch deploy', ...shown.map(line => line.trimEnd()), ''])
      expect(cursorShown).toBe(false)
    }),
  )
})

test('after the window became narrower, the rows that the terminal broke are counted', () => {
  // Twenty-five letters stand on three rows of a window of ten columns.
  const written = repaint([], ['a'.repeat(25)], 10)
  expect(screenAfter(written + repaint(['a'.repeat(25)], ['new'], 10), 10).rows).toEqual(['new', ''])
})
