import type { DigestNotice, HeartbeatNotice, ReleaseNotice, TestNotice, UnprovenNotice } from './notice.ts'

/** 2026-11-21 03:22:00 UTC. */
export const AT_MS = 1_795_231_320_000

/** A release that was taken back, as the hub tells of it. */
export const rolledBack: ReleaseNotice = {
  kind: 'release',
  id: 'ntc_01jd3k2m8r4zq0x7',
  atMs: AT_MS,
  url: 'https://ship.example.com/releases/rel_7',
  event: 'rolled-back',
  release: 'rel_7',
  service: 'order',
  version: 'v3',
  previous: 'v2',
  actor: 'hub',
  reason:
    'errors: 7 of 698 requests (1.0 %) on the new version against 0 of 1,560 (0 %) beside it; chance of this if it were harmless < 0.9 %',
  why: {
    kind: 'worse',
    signal: 'errors',
    canary: { requests: 698, bad: 7 },
    stable: { requests: 1_560, bad: 0 },
    objective: null,
    chance: 0.0088,
    beside: [],
  },
  cost: { requests: 702, badRequests: 7, secondsToVerdict: 12.4, servedAfterDecision: 4 },
}

export const tried: TestNotice = { kind: 'test', id: 'ntc_test', atMs: AT_MS, actor: 'user/li', receiver: 'ops' }

export const heartbeat: HeartbeatNotice = {
  kind: 'heartbeat',
  id: 'ntc_beat',
  atMs: AT_MS,
  channel: 'ops',
  receiver: 'on-call',
  everyMs: 86_400_000,
}

export const unproven: UnprovenNotice = {
  kind: 'unproven',
  id: 'ntc_unproven',
  atMs: AT_MS,
  channel: 'ops',
  saidMs: AT_MS - 90_000_000,
  reason: 'HTTP 503',
}

export const digest: DigestNotice = {
  kind: 'digest',
  id: 'ntc_digest',
  atMs: AT_MS,
  notices: [
    { ...rolledBack, event: 'started', id: 'ntc_1' },
    rolledBack,
    { ...rolledBack, event: 'promoted', id: 'ntc_2', version: 'v4' },
  ],
}
