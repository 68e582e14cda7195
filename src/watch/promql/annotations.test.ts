import { describe, expect, it } from 'vitest'
import { fromRfc3339 } from '../../kernel/clock.ts'
import { Annotations } from './annotations.ts'

const span = (start: number): { start: number; end: number } => ({ start, end: start + 1 })

describe('annotations', () => {
  it('carry their kind and their position in the query', () => {
    const notes = new Annotations('a +\nµ + b')
    notes.warn('careful', span(8))
    notes.info('by the way', span(0))
    expect(notes.warnings).toEqual(['PromQL warning: careful (2:6)'])
    expect(notes.infos).toEqual(['PromQL info: by the way (1:1)'])
  })

  it('are said once a text, with the last position', () => {
    const notes = new Annotations('rate(a[1m]) + rate(a[1m])')
    notes.info('doubtful', span(5))
    notes.info('doubtful', span(19))
    notes.info('else', span(5))
    expect(notes.infos).toEqual(['PromQL info: doubtful (1:20)', 'PromQL info: else (1:6)'])
  })

  it('of repairs are one, over the extent of all of them', () => {
    const notes = new Annotations('q')
    const atYear = (year: number): number => fromRfc3339(`${year}-12-25T00:00:00Z`) as number
    notes.infoOfRepair('fixed', span(0), atYear(2024), { lowestBound: 5, highestBound: 100, greatestDifference: 0.125 })
    notes.infoOfRepair('fixed', span(0), atYear(2023) + 999, {
      lowestBound: 2.5,
      highestBound: 10,
      greatestDifference: 123,
    })
    notes.infoOfRepair('else', span(0), -1001, { lowestBound: 1, highestBound: 1, greatestDifference: 10 })
    expect(notes.infos).toEqual([
      'PromQL info: fixed, from buckets 2.5 to 100, with a max diff of 1.2e+02, over 2 samples from 2023-12-25T00:00:00Z to 2024-12-25T00:00:00Z (1:1)',
      'PromQL info: else, from buckets 1 to 1, with a max diff of 10, over 1 samples from 1969-12-31T23:59:59Z to 1969-12-31T23:59:59Z (1:1)',
    ])
  })
})
