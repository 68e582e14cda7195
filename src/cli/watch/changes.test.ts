import { expect, test } from 'vitest'
import {
  DETECTABLE,
  DISARMED,
  held,
  LATENCY,
  LOOK,
  MISMATCH,
  NOW_MS,
  promoted,
  release,
  signal,
  takenBack,
  told,
  verdict,
  WELL,
} from '../sample.fixture.ts'
import { changes } from './changes.ts'

const watched = release({ verdict: verdict() })

test('the first look says what it is', () => {
  expect(changes(undefined, release({ phase: 'waiting', weight: 0 }), NOW_MS, LOOK)).toEqual([
    'order v2 → v3, canary, rel_01jd3k2m8r4zq0x7a',
    'waits for its turn',
  ])
})

test('nothing new is no line', () => {
  expect(changes(watched, { ...watched, revision: 8, candidate: { requests: 1_300, bad: 12 } }, NOW_MS, LOOK)).toEqual(
    [],
  )
})

test('evidence before the first request is none', () => {
  expect(changes(release(), release({ verdict: verdict(), candidate: { requests: 0, bad: 0 } }), NOW_MS, LOOK)).toEqual(
    [],
  )
})

test('evidence is a line when a bar has passed another quarter of its way', () => {
  const little = release({ verdict: verdict({ signals: [signal('errors', { towardRollBack: 0.43 })] }) })
  const more = release({ verdict: verdict({ signals: [signal('errors', { towardRollBack: 0.49 })] }) })
  const half = release({
    verdict: verdict({ towardRollBack: 0.5, signals: [signal('errors', { towardRollBack: 0.51 })] }),
  })
  expect(changes(little, more, NOW_MS, LOOK)).toEqual([])
  expect(changes(more, half, NOW_MS, LOOK)).toEqual([
    'v3 after 1,204 requests: errors 1.0 % against 0.3 %; 50 % of the way to taking back, 8 % to promotion',
  ])
})

test('how long requests take stands with the evidence', () => {
  const [, line] = changes(release(), release({ verdict: verdict(), latency: LATENCY, weight: 51 }), NOW_MS, LOOK)
  expect(line).toBe(
    'v3 after 1,204 requests: errors 1.0 % against 0.3 %, slower than p99 1.2 % against 1.0 %, p99 41 ms against 38 ms; 41 % of the way to taking back, 8 % to promotion',
  )
})

test('a comparison in doubt is told once', () => {
  const before = release({ guards: WELL })
  const disarmed = release({ guards: DISARMED })
  const both = release({ guards: { ...DISARMED, arrivals: MISMATCH.arrivals } })
  expect(changes(before, disarmed, NOW_MS, LOOK)).toEqual([`disarmed: ${DISARMED.instances.reason}`])
  expect(changes(disarmed, both, NOW_MS, LOOK)).toEqual([`mismatch: ${MISMATCH.arrivals.reason}`])
  expect(changes(both, both, NOW_MS, LOOK)).toEqual([])
})

test.each([
  ['a new stage', release({ phase: 'moving', stage: 0 }), release({ phase: 'moving' }), ['on the way to 50 %']],
  ['more traffic', release({ weight: 10 }), release(), ['v3 has 50 % of the traffic']],
  ['a pause', release(), release({ phase: 'held', held: held('paused', 0) }), ['paused by user/li for 0s, at 50 %']],
  ['a promotion', promoted({ phase: 'promoting' }), promoted(), ['promoted; v2 stands by']],
  [
    'a decision, whose evidence the last line tells',
    watched,
    takenBack({ phase: 'taking-back', weight: 50, verdict: verdict({ signals: [] }) }),
    ['being taken back; the traffic goes to v2'],
  ],
  ['a block', release(), release({ blocked: told('disk full') }), ['blocked: disk full']],
  ['its end', release({ blocked: told('disk full') }), release(), ['no longer blocked']],
  ['silence', release(), release({ missing: told('no traffic') }), ['without evidence: no traffic']],
  ['its end', release({ missing: told('no traffic') }), release(), ['no longer without evidence']],
  [
    'what can be seen',
    release(),
    release({ detectable: { ...DETECTABLE, reason: 'a rise to 2 % shows within 5 min' } }),
    ['a rise to 2 % shows within 5 min'],
  ],
])('%s is told', (_, before, after, lines) => {
  expect(changes(before, after, NOW_MS, LOOK)).toEqual(lines)
})
