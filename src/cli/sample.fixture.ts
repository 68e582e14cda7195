import type {
  DetectableView,
  EntryView,
  GuardsView,
  HeldView,
  LatencyView,
  ReasonView,
  ReleaseView,
  ServiceView,
  SignalView,
  VerdictView,
} from '../client/index.ts'
import { toRfc3339 } from '../kernel/index.ts'
import { type Look, NO_COLOURS, UNICODE } from './terminal/look.ts'

/** 2026-11-21 03:22:00 UTC: the moment of every picture in the tests. */
export const NOW_MS = 1_795_231_320_000

export const ago = (seconds: number): string => toRfc3339(NOW_MS - seconds * 1_000)

export const LOOK: Look = {
  width: 80,
  rows: 50,
  paint: NO_COLOURS,
  glyphs: UNICODE,
  utf8: true,
  zone: 'Asia/Shanghai',
}

/** A reason with the least that can be said of it as data. */
export const told = (text: string): ReasonView => ({ reason: text, because: { kind: 'reported', text } })

/** What holds a release; somebody who pauses it may note why. */
export function held(why: HeldView['why'], seconds: number, note?: string): HeldView {
  const by = why === 'paused' ? 'user/li' : 'hub'
  const reason = why === 'paused' ? (note ?? `paused by ${by}`) : 'no verdict in time'
  const because = { kind: 'ordered', order: 'pause', by, note: note ?? null }
  return { why, by, since: ago(seconds), reason, because, timeAgain: why !== 'paused' }
}

export function signal(name: string, changed: Partial<SignalView> = {}): SignalView {
  return {
    name,
    weight: 1,
    objective: null,
    ceiling: 0.01,
    canary: { requests: 1_204, bad: 12 },
    stable: { requests: 1_198, bad: 3 },
    canaryRate: 12 / 1_204,
    stableRate: 3 / 1_198,
    logWorse: 1.9,
    logNoWorse: 0.4,
    worseBy: 'comparison',
    noWorseBy: 'margin',
    towardRollBack: 0.42,
    towardPromotion: 0.08,
    ...changed,
  }
}

export function verdict(changed: Partial<VerdictView> = {}): VerdictView {
  return {
    kind: 'wait',
    reason:
      'errors: 12 of 1,204 requests (1.0 %) on the new version against 3 of 1,198 (0.3 %) beside it; 8 % of the way to promotion, 41 % of the way to taking it back',
    because: { kind: 'gathering', signal: 'errors' },
    towardRollBack: 0.41,
    towardPromotion: 0.08,
    signals: [
      signal('errors', { weight: 2 }),
      signal('slow-p99', { canaryRate: 0.012, stableRate: 0.0101, towardRollBack: 0, towardPromotion: 0.61 }),
    ],
    ...changed,
  }
}

export function release(changed: Partial<ReleaseView> = {}): ReleaseView {
  return {
    id: 'rel_01jd3k2m8r4zq0x7a',
    revision: 7,
    service: 'order',
    version: 'v3',
    previous: 'v2',
    strategy: 'canary',
    phase: 'watching',
    stage: 1,
    stages: [
      { name: '10 %', weight: 10, ends: 'time', forMs: 60_000 },
      { name: '50 %', weight: 50, ends: 'verdict', forMs: 1_800_000 },
    ],
    weight: 50,
    createdAt: ago(72),
    enteredAt: ago(9),
    exposedAt: ago(70),
    candidate: { requests: 1_204, bad: 12 },
    stable: { requests: 1_198, bad: 3 },
    verdict: null,
    ...changed,
  }
}

export const LATENCY: LatencyView = {
  candidate: { p50Ms: 8.21, p95Ms: 8.21, p99Ms: 41.3 },
  stable: { p50Ms: 7.9, p95Ms: 7.9, p99Ms: 38.2 },
}

export const WELL: GuardsView = {
  arrivals: {
    kind: 'as-expected',
    reason: '602 of 1,200 arrivals (50 %) came to v3, 50 % were expected',
    arrived: 602,
    of: 1_200,
    arrivedShare: 602 / 1_200,
    expectedShare: 0.5,
    towardMismatch: 0,
    chance: null,
  },
  instances: {
    kind: 'alike',
    reason:
      "errors: 2 of 604 requests (0.3 %) on one half of the stable version's instances against 1 of 594 (0.2 %) on the other; nothing tells them apart",
    signal: 'errors',
    worse: { requests: 604, bad: 2 },
    better: { requests: 594, bad: 1 },
    towardDiffer: 0,
    chance: null,
  },
}

export const DISARMED: GuardsView = {
  ...WELL,
  instances: {
    ...WELL.instances,
    kind: 'differ',
    reason:
      "instances of v2 differ among themselves, so verdicts no longer act by themselves: errors: 40 of 604 requests (6.6 %) on one half of the stable version's instances against 1 of 594 (0.2 %) on the other; chance of this if they were alike < 0.0001 %",
  },
}

export const MISMATCH: GuardsView = {
  ...WELL,
  arrivals: {
    ...WELL.arrivals,
    kind: 'too-many',
    reason:
      'too much traffic for v3: 720 of 1,200 arrivals (60 %) came to it, 50 % were expected; chance of this if all came as configured < 0.1 %',
  },
}

/** Held for a doubt, since 9 s. */
export function inDoubt(why: 'mismatch' | 'disarmed'): ReleaseView {
  const reason =
    why === 'disarmed'
      ? 'errors: 12 of 240 requests (5.0 %) on the new version against 3 of 2,160 (0.1 %) beside it; not taken back by itself, since instances of v2 differ among themselves'
      : 'nothing goes on by itself, since more traffic comes to v3 than configured'
  const guards = why === 'disarmed' ? DISARMED : MISMATCH
  return release({ phase: 'held', held: { ...held(why, 9), reason }, guards, verdict: verdict() })
}

export function promoted(changed: Partial<ReleaseView> = {}): ReleaseView {
  return release({
    phase: 'baking',
    weight: 100,
    outcome: {
      kind: 'promoted',
      ...told('errors: 3 of 1,204 requests (0.2 %) on the new version against 3 of 1,198 (0.3 %) beside it'),
      by: 'hub',
      decidedAt: ago(10),
      inForceAt: ago(9.6),
      secondsToVerdict: 60,
    },
    ...changed,
  })
}

export function takenBack(changed: Partial<ReleaseView> = {}): ReleaseView {
  return release({
    phase: 'ended',
    weight: 0,
    outcome: {
      kind: 'rolled-back',
      ...told('errors: 12 of 240 requests (5.0 %) on the new version against 3 of 2,160 (0.1 %) beside it'),
      hint: 'See what it says: shipwatch logbook --service order',
      by: 'hub',
      decidedAt: ago(30),
      inForceAt: ago(29.8),
      secondsToVerdict: 13,
      servedAfterDecision: 4,
    },
    ...changed,
  })
}

export function entry(seq: number, kind: string, changed: Partial<EntryView> = {}): EntryView {
  return {
    seq,
    id: `ent_${seq}`,
    at: ago(100 - seq),
    kind,
    subject: 'release/rel_01jd3k2m8r4zq0x7a',
    service: 'order',
    actor: 'hub',
    data: {},
    hash: seq.toString(16).padStart(64, '0'),
    ...changed,
  }
}

export const STORY: readonly EntryView[] = [
  entry(28, 'release.started', { data: { service: 'order', version: 'v3', previous: 'v2' } }),
  entry(30, 'release.stage', { data: { name: '10 %', weight: 10 } }),
  entry(91, 'release.stage', { data: { name: '50 %', weight: 50 } }),
]

export function service(name: string, changed: Partial<ServiceView> = {}): ServiceView {
  return {
    name,
    tier: 'core',
    markets: [],
    stable: 'v2',
    versions: [{ version: 'v2', weight: 100, instances: 2 }],
    instances: [1, 2].map(n => ({
      id: `${name}-v2-${n}`,
      version: 'v2',
      url: `http://127.0.0.1:4010${n}`,
      state: 'ready',
      readySince: ago(600),
      restarts: 0,
    })),
    release: null,
    ...changed,
  }
}

/** What the traffic lets be seen. */
export const DETECTABLE: DetectableView = {
  reason: 'a rise from 0.3 % to 2.1 % shows within 5m',
  signal: 'errors',
  requestsPerSecond: 40,
  fromRate: 0.003,
  toRate: 0.021,
  withinMs: 300_000,
}
