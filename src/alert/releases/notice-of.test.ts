import { describe, expect, it } from 'vitest'
import type { Entry, NewEntry } from '../../logbook/index.ts'
import { release } from '../notices.fixture.ts'
import { noticeOf, TOLD_KINDS } from './notice-of.ts'

const r = release('rel_1')
const START_MS = 1_700_000_000_000

/** The entries as a logbook has them, ten seconds apart. */
function entriesOf(...told: readonly NewEntry[]): readonly Entry[] {
  return told.map(
    ({ service, reason, data = {}, ...rest }, i): Entry => ({
      ...rest,
      data,
      seq: i + 1,
      id: `ent_${i + 1}`,
      at: START_MS + i * 10_000,
      hash: '',
      ...(service === undefined ? {} : { service }),
      ...(reason === undefined ? {} : { reason }),
    }),
  )
}

/** What is told of the last of the entries. */
function told(...entries: readonly NewEntry[]) {
  const before = entriesOf(...entries)
  const last = before.at(-1)
  if (!last) throw new RangeError('no entry')
  return noticeOf(last, { before })
}

describe('what is told of a release', () => {
  it('is that it began, by whom, and beside which version', () => {
    const { id, release: name, atMs, ...rest } = told(r.asked, { ...r.started, reason: 'the new checkout' }) ?? {}
    expect({ id, name, atMs }).toEqual({ id: 'ntc_2', name: 'rel_1', atMs: START_MS + 10_000 })
    expect(rest).toEqual({
      kind: 'release',
      event: 'started',
      service: 'order',
      version: 'v2',
      previous: 'v1',
      actor: 'user/li',
      reason: 'the new checkout',
    })
  })

  it('is that it was taken back, when that is decided, why, and what it had cost by then', () => {
    const why = { kind: 'worse', signal: 'errors' }
    const rolledBack = { ...r.rolledBack, data: { ...r.rolledBack.data, because: why } }
    expect(told(r.asked, r.started, r.stage, rolledBack)).toMatchObject({
      event: 'rolled-back',
      actor: 'hub',
      reason: 'errors: 7.8 % against 0.1 %',
      why,
      cost: { requests: 400, badRequests: 31, secondsToVerdict: 10 },
    })
  })

  it('says what it cost in all where that is known by the time it is told', () => {
    const [began, stage, back, ended] = entriesOf(r.started, r.stage, r.rolledBack, r.ended)
    if (!began || !stage || !back || !ended) throw new RangeError('no entry')
    expect(noticeOf(back, { before: [began, stage, back], ended })?.cost).toEqual({
      requests: 420,
      badRequests: 33,
      secondsToVerdict: 10,
      servedAfterDecision: 20,
    })
  })

  it('is that it is in service once all traffic goes there, with the reason of the decision', () => {
    const promoting = { ...r.promoting, actor: 'user/wu' }
    const notice = told(r.started, r.stage, promoting, r.promoted)
    expect(notice).toMatchObject({ event: 'promoted', actor: 'user/wu', reason: 'errors: 0.1 % against 0.1 %' })
    expect(notice?.cost?.secondsToVerdict).toBe(10)
    expect(told(r.started, r.stage, promoting)).toBeUndefined()
  })

  it.each([
    ['held', [r.started, r.paused]],
    ['held', [r.started, r.held]],
    ['inconclusive', [r.started, r.inconclusive]],
    ['failed', [r.started, r.failed]],
    ['rolled-back', [r.started, { ...r.failed, data: { ...r.failed.data, outcome: 'rolled-back' } }]],
  ] as const)('is %s', (event, entries) => {
    expect(told(...entries)?.event).toBe(event)
  })

  it('brings a hint along, and no cost before there was any traffic', () => {
    const notice = told(r.started, r.failed)
    expect(notice).toMatchObject({ hint: 'Look at its log.' })
    expect(notice).not.toHaveProperty('cost')
  })

  it('is not that a newer release took its place: whoever sent that one knows', () => {
    for (const entry of [r.rolledBack, r.failed]) {
      expect(told(r.started, { ...entry, data: { ...entry.data, outcome: 'superseded' } })).toBeUndefined()
    }
  })

  it('is, once, that traffic does not follow on the way back; not what is in the way of anything else', () => {
    const blocked = r.entry('blocked', {}, { reason: 'the gateway does not answer' })
    expect(told(r.started, r.rolledBack, blocked)).toMatchObject({
      event: 'failed',
      stuck: true,
      reason: 'the gateway does not answer',
    })
    expect(told(r.started, r.rolledBack, blocked, blocked)).toBeUndefined()
    expect(told(r.started, blocked, r.rolledBack, blocked)).toBeDefined()
    expect(told(r.started, r.rolledBack, r.entry('taken-back'), blocked)).toBeUndefined()
    expect(told(r.started, r.failed, blocked)).toBeUndefined()
    expect(told(r.started, r.promoting, r.promoted, blocked)).toBeUndefined()
  })

  it('is nothing of what only the logbook needs', () => {
    for (const entry of [r.asked, r.stage, r.ended, r.entry('resumed'), r.entry('taken-back'), r.entry('cancelled')]) {
      expect(TOLD_KINDS.has(entry.kind)).toBe(false)
      expect(told(r.started, entry)).toBeUndefined()
    }
  })

  it('survives entries of other versions of this program', () => {
    const bare: NewEntry = { kind: 'release.rolled-back', subject: 'release/rel_1', actor: 'hub' }
    expect(told(bare)).toMatchObject({ event: 'rolled-back', service: '', version: '', previous: null })
    const odd = { ...r.rolledBack, data: { version: 7, candidate: 'many', because: 'so', hint: 3 } }
    expect(told(r.stage, odd)).toMatchObject({ version: '' })
    expect(told(r.stage, odd)).not.toHaveProperty('why')
  })
})
