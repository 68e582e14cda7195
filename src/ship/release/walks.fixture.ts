import type { Fault, Obstacle } from '../obstacle.ts'
import { arrived, CANARY, DIFFERENT, planFor, Walk } from './release.fixture.ts'

const by = 'user/li'
const GOOD = { requests: 2_000, bad: 0 }
const BAD = { requests: 200, bad: 20 }
const ROLLING = { type: 'rolling', maxSurge: 1, pause: '1m' } as const
const byHand = { log: '/var/lib/order.log', command: 'cd /srv && PORT=3000 node order.js' }
const program = { service: 'order', version: 'v2' }

const FAULTS: readonly Fault[] = [
  { kind: 'exit', code: 1 },
  { kind: 'signal', signal: 'SIGSEGV' },
  { kind: 'memory', signal: 'SIGKILL', limitBytes: 134_217_728 },
  { kind: 'memory', signal: null, limitBytes: 134_217_728 },
  { kind: 'unseen', when: 'running' },
  { kind: 'unseen', when: 'no-hub' },
  { kind: 'unseen', when: 'restart' },
  { kind: 'not-started', fault: { kind: 'no-folder', path: '/srv/order', found: false } },
  { kind: 'not-asked' },
  { kind: 'status', status: 503 },
  { kind: 'not-listening' },
  { kind: 'closed' },
  { kind: 'timeout' },
  { kind: 'no-answer', code: 'HPE_INVALID' },
  { kind: 'elsewhere', port: 3_000, ports: [8_080, 8_081] },
  { kind: 'port-taken', port: 3_000, pid: 7, program: 'node', instance: 'ins_1' },
  { kind: 'port-taken', port: 3_000, pid: null, program: null, instance: null },
  { kind: 'no-folder', path: '/srv/order', found: true },
  { kind: 'no-program', path: '/srv/order.js', found: 'nothing' },
  { kind: 'no-program', path: '/srv/order.js', found: 'folder' },
  { kind: 'no-program', path: '/srv/order.js', found: 'not-executable' },
  { kind: 'not-in-path', program: 'node', path: '/usr/bin', cwd: '/srv' },
  { kind: 'disk-full', path: '/var/lib' },
  { kind: 'unwritable', path: '/var/lib', detail: 'EACCES' },
  { kind: 'survived', pids: [7, 8] },
  { kind: 'reported', text: 'EMFILE' },
]

/** Whatever the world puts in the way of a release. */
export const OBSTACLES: readonly Obstacle[] = [
  ...FAULTS.map((fault): Obstacle => ({ kind: 'cannot-start', ...program, fault })),
  { kind: 'cannot-stop', ...program, fault: { kind: 'survived', pids: [7] } },
  {
    kind: 'crash-loop',
    ...program,
    times: 3,
    withinMs: 60_000,
    fault: { kind: 'exit', code: 7 },
    lines: ['Error: no database'],
    byHand,
  },
  { kind: 'crash-loop', ...program, times: 1, withinMs: 60_000, fault: { kind: 'exit', code: 7 }, lines: [], byHand },
  {
    kind: 'not-ready',
    ...program,
    waitedMs: 30_000,
    asked: 'GET http://127.0.0.1:3000/readyz',
    fault: { kind: 'status', status: 503 },
    lines: [],
    byHand,
  },
  { kind: 'no-instance', ...program, weight: 10 },
  { kind: 'gateway', fault: 'silent', at: '127.0.0.1:8081', detail: null },
  { kind: 'gateway', fault: 'foreign', at: '127.0.0.1:8081', detail: '404' },
  { kind: 'gateway', fault: 'token-refused', at: '127.0.0.1:8081', detail: null },
  { kind: 'gateway', fault: 'token-unread', at: '/run/token', detail: null },
  { kind: 'gateway', fault: 'refused', at: '127.0.0.1:8081', detail: '409' },
  { kind: 'reported', text: 'EIO' },
]

const begun = (strategy: Parameters<typeof planFor>[0] = CANARY, changed: Parameters<typeof planFor>[1] = {}): Walk =>
  new Walk(planFor(strategy, changed)).begin().arrive()

function toTheEnd(walk: Walk): Walk {
  while (!walk.state.outcome) walk.later(60_000).arrive()
  return walk
}

const head = ({ state }: Walk): number => state.queue[0]?.id ?? 0

function inTheWay(because: Obstacle): readonly [string, () => Walk][] {
  const told = { reason: 'in English', because }
  const name = `${because.kind}${'fault' in because ? ` ${typeof because.fault === 'string' ? because.fault : because.fault.kind}` : ''}`
  return [
    [
      `fails to begin: ${name}`,
      () => {
        const walk = new Walk(planFor(CANARY)).begin()
        return walk.send({ kind: 'failed', command: head(walk), hint: 'Look at it.', ...told }).arrive()
      },
    ],
    [
      `is hindered, on its way back: ${name}`,
      () => {
        const walk = begun().evidence(BAD, GOOD)
        return walk.send({ kind: 'hindered', command: head(walk), ...told })
      },
    ],
    [`loses its evidence: ${name}`, () => begun().send({ kind: 'no-evidence', ...told })],
    [
      `breaks in service: ${name}`,
      () =>
        begun()
          .send({ kind: 'crash-loop', who: 'candidate', ...told })
          .arrive(),
    ],
  ]
}

/** Every way on which a release comes to say why: what it does, and the walk. */
export const WALKS: readonly (readonly [string, () => Walk])[] = [
  ['is shown to be worse', () => begun().evidence(BAD, GOOD).arrive()],
  ['is shown to be no worse', () => begun().evidence(GOOD, GOOD).arrive()],
  [
    'breaks an objective',
    () => {
      const { verdict } = planFor(CANARY)
      const strict = verdict.signals.map(signal => ({ ...signal, objective: 0.001 }))
      const worse = { requests: 2_000, bad: 40 }
      return begun(CANARY, { verdict: { ...verdict, signals: strict } })
        .evidence(worse, worse)
        .arrive()
    },
  ],
  ['loses traffic', () => begun().look(arrived(41)).arrive()],
  ['gets too much traffic', () => begun().look(arrived(180))],
  ['gets too much traffic while it is paused', () => begun().send({ kind: 'pause', by }).look(arrived(180))],
  ['may not be taken back, as instances differ', () => begun().look(DIFFERENT).evidence(BAD, GOOD)],
  ['may not be promoted, as instances differ', () => begun().look(DIFFERENT).evidence(GOOD, GOOD)],
  [
    'may not be promoted, with too much traffic',
    () => begun().look(arrived(180)).send({ kind: 'resume', by }).arrive().later(30_000).arrive().evidence(GOOD, GOOD),
  ],
  ['ends a stage in doubt', () => begun().look(DIFFERENT).later(30_000)],
  [
    'meets its deadline in doubt',
    () =>
      begun(CANARY, { onInconclusive: 'promote' })
        .look(DIFFERENT)
        .later(30_000)
        .send({ kind: 'resume', by, note: '查过了' })
        .later(0)
        .arrive()
        .later(300_000),
  ],
  ['begins its comparison anew', () => begun().look(DIFFERENT).send({ kind: 'rearm', by })],
  [
    'begins its comparison anew, with a note',
    () => begun().look(DIFFERENT).send({ kind: 'rearm', by, note: '修好了' }),
  ],
  ['shows nothing to its end', () => toTheEnd(begun(ROLLING))],
  [
    'goes to its end though in doubt',
    () => toTheEnd(begun(ROLLING).look(DIFFERENT).later(60_000).send({ kind: 'resume', by })),
  ],
  ['meets its deadline', () => begun().later(30_000).arrive().later(300_000)],
  [
    'is promoted at its deadline',
    () => begun(CANARY, { onInconclusive: 'promote' }).later(30_000).arrive().later(300_000).arrive(),
  ],
  [
    'is taken back at its deadline',
    () =>
      begun(CANARY, { onInconclusive: 'roll-back' })
        .evidence({ requests: 40, bad: 0 }, { requests: 400, bad: 0 })
        .later(30_000)
        .arrive()
        .later(300_000)
        .arrive(),
  ],
  ['is the first of its service', () => new Walk(planFor(CANARY)).begin(null).arrive().later(0).arrive()],
  [
    'is stopped, the first of its service',
    () => {
      const walk = new Walk(planFor(CANARY)).begin(null)
      while (walk.state.queue[0]?.kind !== 'split') walk.carryOut()
      return walk.send({ kind: 'roll-back', by }).arrive()
    },
  ],
  [
    'is ordered about',
    () =>
      begun()
        .send({ kind: 'pause', by })
        .send({ kind: 'promote', by })
        .arrive()
        .send({ kind: 'roll-back', by })
        .arrive(),
  ],
  [
    'is ordered about, with notes',
    () =>
      begun(CANARY, { note: '挪威增值税' })
        .send({ kind: 'pause', by, note: '午饭' })
        .send({ kind: 'resume', by, note: '回来了' })
        .send({ kind: 'roll-back', by, note: '购物车是空的' })
        .arrive(),
  ],
  ['is paused on its way', () => new Walk(planFor(CANARY)).begin().send({ kind: 'pause', by }).arrive()],
  ['is cancelled', () => new Walk(planFor(CANARY)).send({ kind: 'roll-back', by })],
  ['gives way to a newer release', () => begun().send({ kind: 'superseded', by, version: 'v3' }).arrive()],
  ['gives way before it began', () => new Walk(planFor(CANARY)).send({ kind: 'superseded', by, version: 'v3' })],
  ['brings a version back', () => begun({ type: 'all-at-once' }, { back: true }).later(0).arrive()],
  ...OBSTACLES.flatMap(inTheWay),
]

/** A reason that a release came to give on a walk, where it stands, and the same as data. */
export interface Given {
  readonly where: string
  readonly reason: string
  readonly because: unknown
  readonly hint?: string
}

/** Every reason of a walk: those of its entries, and of its state at the end. */
export function givenOn({ entries, state }: Walk): readonly Given[] {
  const { outcome, held, blocked, seen } = state
  const stands = { outcome, held, blocked, missing: seen.missing, ...seen.guards }
  return [
    ...entries.flatMap(({ kind, reason, data }) =>
      reason === undefined ? [] : [{ where: kind, reason, because: data['because'] }],
    ),
    ...Object.entries(stands).flatMap(([where, told]) => (told && 'reason' in told ? [{ where, ...told }] : [])),
  ]
}
