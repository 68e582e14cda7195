import { describe, expect, it } from 'vitest'
import type { Row } from './race.ts'
import { markdownTable, plainTable } from './table.ts'
import { targets } from './targets.ts'

const row: Row = {
  rival: 'Shipwatch, 10 % held',
  tuned: false,
  baseRate: 0.003,
  newRate: 0.02,
  requestsPerSecond: 20,
  canaryShare: 0.1,
  runs: 1_000,
  pRollback: 1,
  medianSeconds: 160,
  p95Seconds: 400.4,
  badRequests: 6.7,
  pPromoted: 0,
  medianPromotionSeconds: null,
  boundMultiple: 1.18,
}
const harmless: Row = { ...row, newRate: 0.003, pRollback: 0.002, boundMultiple: null }
const peer: Row = { ...row, rival: 'Peer, 10 s', tuned: true, medianSeconds: 90 }
const peerHarmless: Row = { ...harmless, rival: 'Peer, 10 s', tuned: true }

describe('the tables', () => {
  it('for a terminal are aligned, one to a world', () => {
    expect(
      plainTable([row, { ...row, rival: 'Kamal', pRollback: 0, medianSeconds: null }, harmless]).split('\n'),
    ).toEqual([
      '',
      '0.3 % → 2 %, 20 requests/s',
      'rival                 taken back  median s  p95 s  × bound  bad requests  promoted  median s',
      'Shipwatch, 10 % held       100 %       160    400     1.18             7       0 %         –',
      'Kamal                        0 %         –    400     1.18             7       0 %         –',
      '',
      '0.3 %, harmless, 20 requests/s',
      'rival                 taken back  median s  p95 s  × bound  bad requests  promoted  median s',
      'Shipwatch, 10 % held       0.2 %       160    400        –             7       0 %         –',
    ])
  })

  it('for the manual are Markdown', () => {
    expect(markdownTable([row]).split('\n')).toEqual([
      '### 0.3 % → 2 %, 20 requests/s',
      '',
      '| rival | taken back | median s | p95 s | × bound | bad requests | promoted | median s |',
      '| --- | --: | --: | --: | --: | --: | --: | --: |',
      '| Shipwatch, 10 % held | 100 % | 160 | 400 | 1.18 | 7 | 0 % | – |',
    ])
  })
})

describe('the targets', () => {
  const met = (rows: readonly Row[]) => targets(rows).map(target => target.met)

  it('are met by a quick and careful verdict', () => {
    expect(met([row, harmless])).toEqual([true, true])
  })

  it('are short where detection is slow, or does not happen', () => {
    expect(met([{ ...row, boundMultiple: 1.61 }, harmless])).toEqual([false, true])
    expect(met([{ ...row, boundMultiple: null }, harmless])).toEqual([false, true])
  })

  it('are short where harmless releases are taken back, in one world or in all', () => {
    expect(met([row, { ...harmless, pRollback: 0.05 }])).toEqual([true, false])
    expect(met([row, harmless, { ...harmless, baseRate: 0.01, newRate: 0.01, pRollback: 0.02, runs: 2_000 }])).toEqual([
      true,
      false,
    ])
    expect(met([row])).toEqual([true, false])
  })

  it('are short where a tuned peer is faster at no price', () => {
    expect(met([row, harmless, peer, peerHarmless])).toEqual([true, true, false])
    expect(met([row, harmless, peer, { ...peerHarmless, pRollback: 0.2 }])).toEqual([true, true, true])
    expect(met([row, harmless, { ...peer, medianSeconds: 161 }, peerHarmless])).toEqual([true, true, true])
    expect(met([row, harmless, { ...peer, pRollback: 0.3 }, peerHarmless])).toEqual([true, true, true])
  })
})
