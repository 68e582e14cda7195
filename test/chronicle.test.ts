import { describe, expect, it } from 'vitest'
import { type Ending, faultsIn, type Line } from './chronicle.fixture.ts'

function tell(...told: readonly (readonly [kind: string, data?: Record<string, unknown>, reason?: string])[]): Line[] {
  return told.map(([kind, data = {}, reason], seq) => ({
    seq,
    at: `2026-11-21T04:00:0${seq}.000Z`,
    kind: `release.${kind}`,
    reason,
    data,
  }))
}

const PROMOTED = tell(
  ['asked'],
  ['started'],
  ['stage', { stage: 0 }],
  ['stage', { stage: 1 }],
  ['promoting', {}, 'no worse'],
  ['promoted', { outcome: 'promoted' }, 'all traffic goes to v2'],
  ['ended', { outcome: 'promoted' }],
)
const TAKEN_BACK = tell(
  ['asked'],
  ['started'],
  ['stage', { stage: 0 }],
  ['rolled-back', {}, 'worse'],
  ['taken-back', { outcome: 'rolled-back' }, 'all traffic goes to v1 again'],
  ['ended', { outcome: 'rolled-back' }],
)

describe('the order in which a release is told', () => {
  it.each([
    ['promoted', PROMOTED],
    ['rolled-back', TAKEN_BACK],
  ] satisfies [Ending, Line[]][])('has no fault when a release that is %s is told whole', (ending, lines) => {
    expect(faultsIn(lines, ending)).toEqual([])
  })

  it('is wrong when any line is left out, told twice, or told before the one ahead of it', () => {
    for (const [i, line] of PROMOTED.entries()) {
      // One stage less is a story, too, unless the number of the next says otherwise.
      if (i !== 3) expect(faultsIn(PROMOTED.toSpliced(i, 1), 'promoted'), `without ${line.kind}`).not.toEqual([])
      expect(faultsIn(PROMOTED.toSpliced(i, 0, line), 'promoted'), `${line.kind} twice`).not.toEqual([])
      const ahead = PROMOTED[i - 1]
      if (ahead) expect(faultsIn(PROMOTED.toSpliced(i - 1, 2, line, ahead), 'promoted'), line.kind).not.toEqual([])
    }
  })

  it('is wrong when a release ends otherwise than expected', () => {
    expect(faultsIn(TAKEN_BACK, 'promoted')).not.toEqual([])
    expect(faultsIn([...TAKEN_BACK.slice(0, 5), ...tell(['ended', { outcome: 'failed' }])], 'rolled-back')).not.toEqual(
      [],
    )
  })

  it.each<[string, string, Partial<Line>, string]>([
    ['not told why', 'promoting', { reason: undefined }, 'it is not told why it was decided'],
    ['told why twice', 'promoted', { reason: 'no worse' }, 'it is not told how the decision reached the traffic'],
    [
      'carried out in silence',
      'promoted',
      { reason: undefined },
      'it is not told how the decision reached the traffic',
    ],
    [
      'carried out as another one',
      'promoted',
      { data: { outcome: 'superseded' } },
      'the traffic follows as if it were superseded',
    ],
  ])('is wrong when the decision is %s', (_, kind, changed, fault) => {
    const doubtful = PROMOTED.map(line => (line.kind === `release.${kind}` ? { ...line, ...changed } : line))
    expect(faultsIn(doubtful, 'promoted')).toEqual([fault])
  })
})
