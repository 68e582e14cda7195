import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReleaseView } from '../../client/index.ts'
import {
  ago,
  DETECTABLE,
  DISARMED,
  entry,
  held,
  inDoubt,
  LATENCY,
  LOOK,
  MISMATCH,
  NOW_MS,
  promoted,
  release,
  STORY,
  signal,
  takenBack,
  told,
  verdict,
  WELL,
} from '../sample.fixture.ts'
import { ASCII } from '../terminal/look.ts'
import { columnsOf } from '../terminal/width.ts'
import { draw, drawWhole } from './release.ts'

const picture = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`

test('a release under way is one picture', () => {
  const shown = release({
    verdict: verdict(),
    latency: LATENCY,
    guards: WELL,
    detectable: { ...DETECTABLE, reason: 'a rise to 2.1 % shows within 5 min' },
    note: '挪威增值税: VAT for Norway',
  })
  expect(picture(draw(shown, STORY, NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    order v2 → v3 · canary · rel_01jd3k2m8r4zq0x7a · 1m 12s
    挪威增值税: VAT for Norway

      stages      ✓ 10 %  ▶ 50 %
      now         watched at 50 %, until shown to be no worse, 29m 51s left
      traffic     v3 50 % ████████████████████░░░░░░░░░░░░░░░░░░░░ 50 % v2

                          v3     v2
      requests         1,204  1,198
      bad                 12      3
      errors           1.0 %  0.3 %
      slower than p99  1.2 %  1.0 %
      p99              41 ms  38 ms

      evidence         to be taken back               to be promoted
      errors           ██████████░░░░░░░░░░░░░  42 %  ██░░░░░░░░░░░░░░░░░░░░░   8 %
      slower than p99  ░░░░░░░░░░░░░░░░░░░░░░░   0 %  ██████████████░░░░░░░░░  61 %
      together         █████████░░░░░░░░░░░░░░  41 %  ██░░░░░░░░░░░░░░░░░░░░░   8 %

      because     errors: 12 of 1,204 requests (1.0 %) on the new version against 3
                  of 1,198 (0.3 %) beside it; 8 % of the way to promotion, 41 % of
                  the way to taking it back
      detectable  a rise to 2.1 % shows within 5 min

      11:20:48  started  service order, version v3, previous v2
      11:20:50  stage    10 %
      11:21:51  stage    50 %
    "
  `)
})

test('a narrow terminal without UTF-8 gets the same in ASCII', () => {
  const shown = release({ verdict: verdict() })
  expect(picture(draw(shown, STORY, NOW_MS, { ...LOOK, width: 44, glyphs: ASCII }))).toMatchInlineSnapshot(`
    "
    order v2 -> v3 - canary - rel_01jd3k2m8r4zq0x7a - 1m 12s

      stages      + 10 %  > 50 %
      now         watched at 50 %, until shown
                  to be no worse, 29m 51s left
      traffic     v3 50 % #######...... 50 % v2

                          v3     v2
      requests         1,204  1,198
      bad                 12      3
      errors           1.0 %  0.3 %
      slower than p99  1.2 %  1.0 %

      evidence         worse        good
      errors           ##...  42 %  #....   8 %
      slower than p99  .....   0 %  ###..  61 %
      together         ##...  41 %  #....   8 %

      because     errors: 12 of 1,204 requests
                  (1.0 %) on the new version
                  against 3 of 1,198 (0.3 %)
                  beside it; 8 % of the way to
                  promotion, 41 % of the way to
                  taking it back

      11:20:48  started  service order, versi...
      11:20:50  stage    10 %
      11:21:51  stage    50 %
    "
  `)
})

test('a first version has nobody beside it', () => {
  const shown = release({
    previous: null,
    phase: 'moving',
    stage: 0,
    stages: [{ name: 'first version', weight: 100, ends: 'time', forMs: 0 }],
    weight: 0,
    candidate: { requests: 0, bad: 0 },
  })
  expect(picture(draw(shown, [], NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    order v3 · canary · rel_01jd3k2m8r4zq0x7a · 1m 12s

      stages      ▶ first version
      now         on the way to first version
      traffic     v3 0 % ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░

                v3
      requests   0
      bad        0
    "
  `)
})

test('before the first request there is no share, and the picture says what is missing', () => {
  const none = { requests: 0, bad: 0 }
  const empty = signal('errors', {
    canaryRate: null,
    stableRate: null,
    canary: none,
    stable: none,
    towardRollBack: 0,
    towardPromotion: 0,
  })
  const shown = release({
    candidate: none,
    stable: none,
    verdict: verdict({ towardRollBack: 0, towardPromotion: 0, signals: [empty] }),
    missing: told('the gateway has not answered for 12s'),
  })
  expect(picture(draw(shown, [], NOW_MS, LOOK))).toMatchInlineSnapshot(`
    "
    order v2 → v3 · canary · rel_01jd3k2m8r4zq0x7a · 1m 12s

      stages      ✓ 10 %  ▶ 50 %
      now         watched at 50 %, until shown to be no worse, 29m 51s left
      traffic     v3 50 % ████████████████████░░░░░░░░░░░░░░░░░░░░ 50 % v2

                v3  v2
      requests   0   0
      bad        0   0
      errors     -   -

      evidence  to be taken back                to be promoted
      errors    ░░░░░░░░░░░░░░░░░░░░░░░░   0 %  ░░░░░░░░░░░░░░░░░░░░░░░░   0 %

      missing     the gateway has not answered for 12s
    "
  `)
})

test('what blocks a release is said', () => {
  const shown = release({ phase: 'taking-back', blocked: told('the gateway does not answer') })
  expect(draw(shown, [], NOW_MS, LOOK)).toContain('  blocked     the gateway does not answer')
})

test('how long requests take is left out until one version has answered', () => {
  const none = { p50Ms: null, p95Ms: null, p99Ms: null }
  const lines = (latency: ReleaseView['latency']): string[] =>
    draw(release(latency ? { latency } : {}), [], NOW_MS, LOOK).filter(line => /^ {2}p\d\d /.test(line))
  expect(lines(undefined)).toEqual([])
  expect(lines({ candidate: none, stable: none })).toEqual([])
  expect(lines({ candidate: none, stable: { p50Ms: 8, p95Ms: 30, p99Ms: 41 } })).toEqual(['  p99           -  41 ms'])
})

test('a comparison that is in doubt is said beneath the reason, and nothing is said while all is well', () => {
  const shown = inDoubt('disarmed')
  const because = draw(shown, [], NOW_MS, LOOK).slice(-8)
  expect(picture(because)).toMatchInlineSnapshot(`
    "

      because     errors: 12 of 240 requests (5.0 %) on the new version against 3 of
                  2,160 (0.1 %) beside it; not taken back by itself, since instances
                  of v2 differ among themselves
      disarmed    instances of v2 differ among themselves, so verdicts no longer act
                  by themselves: errors: 40 of 604 requests (6.6 %) on one half of
                  the stable version's instances against 1 of 594 (0.2 %) on the
                  other; chance of this if they were alike < 0.0001 %
    "
  `)
  expect(draw(release({ guards: WELL }), [], NOW_MS, LOOK)).toEqual(draw(release(), [], NOW_MS, LOOK))
})

test('a doubt that has nothing to do with how it ended is not said then', () => {
  const lines = draw(takenBack({ guards: { ...DISARMED, ...MISMATCH } }), [], NOW_MS, LOOK).join(' ')
  expect(lines).not.toMatch(/disarmed|mismatch/)
})

describe('all of a release', () => {
  test('that is in doubt', () => {
    const shown = { ...inDoubt('mismatch'), latency: LATENCY, guards: { ...MISMATCH, answeredBy: 'user/li' } }
    expect(picture(drawWhole(shown, [], NOW_MS, { ...LOOK, width: 100 }).slice(6))).toMatchInlineSnapshot(`
      "
      Progress
        stages      ✓ 10 %  ‖ 50 %
        now         held at 50 % for 9s: more traffic came than configured
        traffic     v3 50 % ████████████████████░░░░░░░░░░░░░░░░░░░░ 50 % v2
        because     nothing goes on by itself, since more traffic comes to v3 than configured
        resumed     the stage gets its whole time again

      Counted
                             v3      v2
        requests          1,204   1,198
        bad                  12       3
        errors            1.0 %   0.3 %
        slower than p99   1.2 %   1.0 %
        p50              8.2 ms  7.9 ms
        p95              8.2 ms  7.9 ms
        p99               41 ms   38 ms

      Evidence
        evidence         to be taken back                to be promoted
        errors           ██████████░░░░░░░░░░░░░░  42 %  ██░░░░░░░░░░░░░░░░░░░░░░   8 %
        slower than p99  ░░░░░░░░░░░░░░░░░░░░░░░░   0 %  ███████████████░░░░░░░░░  61 %
        together         ██████████░░░░░░░░░░░░░░  41 %  ██░░░░░░░░░░░░░░░░░░░░░░   8 %
        wait        errors: 12 of 1,204 requests (1.0 %) on the new version against 3 of 1,198 (0.3 %)
                    beside it; 8 % of the way to promotion, 41 % of the way to taking it back

      Guards
        arrivals    too much traffic for v3: 720 of 1,200 arrivals (60 %) came to it, 50 % were expected;
                    chance of this if all came as configured < 0.1 %
        instances   errors: 2 of 604 requests (0.3 %) on one half of the stable version's instances
                    against 1 of 594 (0.2 %) on the other; nothing tells them apart
        answered    user/li let it go on
      "
    `)
  })

  test('that was taken back', () => {
    const shown = takenBack({ verdict: verdict({ kind: 'roll-back' }), note: 'VAT for Norway' })
    expect(picture(drawWhole(shown, STORY, NOW_MS, { ...LOOK, width: 100 }))).toMatchInlineSnapshot(`
      "
      order v2 → v3
        release     rel_01jd3k2m8r4zq0x7a
        strategy    canary: 10 % for 1m, then 50 % until shown to be no worse, within 30m
        asked       2026-11-21 11:20:48 +08:00
        exposed     2026-11-21 11:20:50 +08:00
        note        VAT for Norway

      Outcome
        outcome     rolled-back
        why         errors: 12 of 240 requests (5.0 %) on the new version against 3 of 2,160 (0.1 %)
                    beside it
        to do       See what it says: shipwatch logbook --service order
        decided     2026-11-21 11:21:30 +08:00 by hub, 13s after its first traffic, in force 200ms later
        cost        12 bad of 1,204 requests; 4 requests answered after the decision

      Progress
        stages      ✓ 10 %  ✗ 50 %
        now         taken back
        traffic     v3 0 % ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 100 % v2

      Counted
                            v3     v2
        requests         1,204  1,198
        bad                 12      3
        errors           1.0 %  0.3 %
        slower than p99  1.2 %  1.0 %

      Evidence
        evidence         to be taken back                to be promoted
        errors           ██████████░░░░░░░░░░░░░░  42 %  ██░░░░░░░░░░░░░░░░░░░░░░   8 %
        slower than p99  ░░░░░░░░░░░░░░░░░░░░░░░░   0 %  ███████████████░░░░░░░░░  61 %
        together         ██████████░░░░░░░░░░░░░░  41 %  ██░░░░░░░░░░░░░░░░░░░░░░   8 %
        roll-back   errors: 12 of 1,204 requests (1.0 %) on the new version against 3 of 1,198 (0.3 %)
                    beside it; 8 % of the way to promotion, 41 % of the way to taking it back

      Timeline
        11:20:48  started  service order, version v3, previous v2
        11:20:50  stage    10 %
        11:21:51  stage    50 %
      "
    `)
  })

  test('that was promoted', () => {
    expect(picture(drawWhole(promoted(), [], NOW_MS, { ...LOOK, width: 100 }))).toMatchInlineSnapshot(`
      "
      order v2 → v3
        release     rel_01jd3k2m8r4zq0x7a
        strategy    canary: 10 % for 1m, then 50 % until shown to be no worse, within 30m
        asked       2026-11-21 11:20:48 +08:00
        exposed     2026-11-21 11:20:50 +08:00

      Outcome
        outcome     promoted
        why         errors: 3 of 1,204 requests (0.2 %) on the new version against 3 of 1,198 (0.3 %)
                    beside it
        decided     2026-11-21 11:21:50 +08:00 by hub, 1m after its first traffic, in force 400ms later
        cost        12 bad of 1,204 requests

      Progress
        stages      ✓ 10 %  ✓ 50 %
        now         promoted; v2 stands by
        traffic     v3 100 % ████████████████████████████████████████ 0 % v2

      Counted
                     v3     v2
        requests  1,204  1,198
        bad          12      3
      "
    `)
  })

  test('that never had traffic', () => {
    const shown = takenBack({ exposedAt: null, candidate: { requests: 0, bad: 0 }, stable: { requests: 0, bad: 0 } })
    expect(drawWhole(shown, [], NOW_MS, LOOK)).toContain('  exposed     it has had no traffic')
  })
})

describe('what it does now', () => {
  test.each([
    [release({ phase: 'waiting' }), 'waits for its turn'],
    [release({ phase: 'moving', stage: 0 }), 'on the way to 10 %'],
    [release({ stage: 0, enteredAt: ago(12) }), 'watched at 10 %, 48s left'],
    [release({ stage: 0, enteredAt: ago(90) }), 'watched at 10 %, no time left'],
    [release(), 'watched at 50 %, until shown to be no worse, 29m 51s left'],
    [release({ phase: 'held', held: held('paused', 180) }), 'paused by user/li for 3m, at 50 %'],
    [release({ phase: 'held', held: held('inconclusive', 60) }), 'held at 50 % for 1m: no verdict in time'],
    [inDoubt('mismatch'), 'held at 50 % for 9s: more traffic came than configured'],
    [inDoubt('disarmed'), 'held at 50 % for 9s: the verdict does not act by itself'],
    [release({ phase: 'held', held: held('paused', 180, 'lunch') }), 'paused by user/li for 3m, at 50 %: lunch'],
    [promoted({ phase: 'promoting' }), 'to be promoted: the traffic is moving to it'],
    [promoted(), 'promoted; v2 stands by'],
    [promoted({ previous: null }), 'promoted'],
    [takenBack({ phase: 'taking-back' }), 'being taken back; the traffic goes to v2'],
    [takenBack({ phase: 'taking-back', previous: null }), 'being taken away'],
    [promoted({ phase: 'retiring' }), 'promoted; the version that is no longer wanted is stopping'],
    [takenBack(), 'taken back'],
  ])('%#: %s', (shown, words) => {
    const lines = draw(shown, [], NOW_MS, { ...LOOK, width: 120 })
    expect(lines).toContain(`  now         ${words}`)
  })
})

describe('the stages', () => {
  const many = Array.from({ length: 40 }, (_, i) => ({
    name: `${i + 1} of 40`,
    weight: i,
    ends: 'time' as const,
    forMs: 0,
  }))
  const stagesOf = (shown: ReturnType<typeof release>): string | undefined =>
    draw(shown, [], NOW_MS, LOOK).find(line => line.startsWith('  stages'))

  test('that are too many are those around the present one', () => {
    expect(stagesOf(release({ stages: many, stage: 0 }))).toMatchInlineSnapshot(
      `"  stages      ▶ 1 of 40  · 2 of 40  · 3 of 40  · 4 of 40  · 5 of 40  … 35"`,
    )
    expect(stagesOf(release({ stages: many, stage: 19 }))).toMatchInlineSnapshot(
      `"  stages      17 …  ✓ 18 of 40  ✓ 19 of 40  ▶ 20 of 40  · 21 of 40  … 19"`,
    )
    expect(stagesOf(release({ stages: many, stage: 39 }))).toMatchInlineSnapshot(
      `"  stages      35 …  ✓ 36 of 40  ✓ 37 of 40  ✓ 38 of 40  ✓ 39 of 40  ▶ 40 of 40"`,
    )
  })

  test('are marked by how the release stands', () => {
    expect(stagesOf(release({ phase: 'waiting', stage: 0 }))).toBe('  stages      · 10 %  · 50 %')
    expect(stagesOf(release({ phase: 'held' }))).toBe('  stages      ✓ 10 %  ‖ 50 %')
    expect(stagesOf(takenBack())).toBe('  stages      ✓ 10 %  ✗ 50 %')
    expect(stagesOf(promoted({ stage: 0 }))).toBe('  stages      ✓ 10 %  ✓ 50 %')
  })
})

test('no picture is wider than its terminal, whatever people call their versions', () => {
  const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(words, words, fc.integer({ min: 40, max: 160 }), fc.nat(100), (note, reason, width, weight) => {
      const shown = release({ note, weight, verdict: verdict({ reason: `${reason} 错误率`.repeat(5) }) })
      const lines = draw(shown, [entry(1, 'release.stage', { reason: note.repeat(9) })], NOW_MS, { ...LOOK, width })
      // The title alone is left to the view, which cuts it.
      for (const line of lines.slice(1)) expect(columnsOf(line)).toBeLessThanOrEqual(width)
    }),
  )
})
