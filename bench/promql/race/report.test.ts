import { describe, expect, it } from 'vitest'
import { type Findings, targets } from './report.ts'
import { markdownTable, plainTable } from './table.ts'

const ROW: Findings['rows'][number] = {
  what: 'rate, 10k series',
  query: 'sum(rate(x[5m]))',
  ours: { firstMs: 31.4, p50Ms: 4.26, p95Ms: 9.97, evaluationP50Ms: 4.26, peakMB: 13.3 },
  theirs: { firstMs: 40, p50Ms: 17.3, p95Ms: 20, evaluationP50Ms: 16.5 },
  ratio: 0.246,
  worstRatio: 0.3,
}
const FINDINGS: Findings = {
  rounds: 3,
  rows: [ROW],
  endings: [{ by: 'signal', times: 70, p50Ms: 3, worstMs: 50, worst: 'up', stretchMs: 9, done: 0 }],
  bounds: [
    { maxSamples: 100_000, peakMB: 34, refused: true },
    { maxSamples: 1_000_000, peakMB: 60, refused: false },
  ],
}

const met = (changed: Partial<Findings>) => targets({ ...FINDINGS, ...changed }).map(target => target.met)

describe('the tables', () => {
  it('for a terminal are aligned', () => {
    const [head, row] = plainTable([ROW]).split('\n')
    expect(row).toMatch(/^rate, 10k series +31 +4\.3 +10 +13 +40 +17 +20 +17 +0\.25 +0\.30$/)
    expect(head).toHaveLength(row?.length ?? 0)
  })

  it('for the manual are Markdown', () => {
    const [head, rule, row] = markdownTable([ROW]).split('\n')
    expect(row).toBe('| rate, 10k series | 31 | 4.3 | 10 | 13 | 40 | 17 | 20 | 17 | 0.25 | 0.30 |')
    expect(head?.split('|')).toHaveLength(row?.split('|').length ?? 0)
    expect(rule).toBe('| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |')
  })
})

describe('the targets', () => {
  it('are met by an engine that is fast, stops and keeps within its bounds', () => {
    expect(met({})).toEqual([true, true, true])
  })

  it('are short where it is as slow as Prometheus', () => {
    expect(met({ rows: [{ ...ROW, ratio: 1 }] })).toEqual([false, true, true])
  })

  it('are short where one query did not end in time', () => {
    expect(
      met({ endings: [{ by: 'timeoutMs', times: 70, p50Ms: 3, worstMs: 50.1, worst: 'up', stretchMs: 9, done: 0 }] }),
    ).toEqual([true, false, true])
  })

  it('are short where a refused query had taken more than its samples are worth', () => {
    expect(met({ bounds: [{ maxSamples: 100_000, peakMB: 36, refused: true }] })).toEqual([true, true, false])
  })
})
