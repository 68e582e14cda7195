import type { Shape, Tone } from '../design/icons.tsx'
import type { OutcomeView, ReleaseView, StageView } from '../hub/contract.ts'
import type { Key, Words } from '../language/language.tsx'
import { stageName } from '../language/stage-name.ts'
import { timeOf } from '../live/clock.ts'

/** How a release stands, told three ways at once: shape, colour and word. */
export interface Standing {
  readonly shape: Shape
  readonly tone: Tone
  readonly word: Key
}

const OUTCOMES: Readonly<Record<OutcomeView['kind'], Standing>> = {
  promoted: { shape: 'good', tone: 'good', word: 'state.promoted' },
  'rolled-back': { shape: 'back', tone: 'bad', word: 'state.rolledBack' },
  superseded: { shape: 'over', tone: 'plain', word: 'state.superseded' },
  failed: { shape: 'bad', tone: 'bad', word: 'state.failed' },
  cancelled: { shape: 'over', tone: 'plain', word: 'state.cancelled' },
}

export function standingOf({ phase, held, outcome }: Pick<ReleaseView, 'phase' | 'held' | 'outcome'>): Standing {
  switch (phase) {
    case 'waiting':
      return { shape: 'waiting', tone: 'plain', word: 'state.waiting' }
    case 'moving':
      return { shape: 'moving', tone: 'sea', word: 'state.moving' }
    case 'watching':
      return { shape: 'watching', tone: 'sea', word: 'state.watching' }
    case 'held':
      return held?.why === 'paused'
        ? { shape: 'paused', tone: 'warn', word: 'state.paused' }
        : { shape: 'question', tone: 'warn', word: 'state.inconclusive' }
    case 'promoting':
      return { shape: 'moving', tone: 'good', word: 'state.promoting' }
    case 'taking-back':
      return { shape: 'back', tone: 'bad', word: 'state.takingBack' }
    case 'baking':
    case 'retiring':
    case 'ended':
      return outcome ? OUTCOMES[outcome.kind] : { shape: 'over', tone: 'plain', word: 'state.over' }
  }
}

/** Whether its state may still change by itself, so that its times run. */
export const isRunning = ({ phase }: Pick<ReleaseView, 'phase'>): boolean => phase !== 'ended'

/** Whether there is something to compare, or may still be: it has a version beside it, and did not end before its traffic. */
export const isCompared = ({
  previous,
  outcome,
  exposedAt,
}: Pick<ReleaseView, 'previous' | 'outcome' | 'exposedAt'>): boolean =>
  previous !== null && (outcome === undefined || exposedAt !== null)

/** `v2 → v3`; a first version has none before it. */
export function stepOf({ version, previous }: Pick<ReleaseView, 'version' | 'previous'>): string {
  return previous === null ? version : `${previous} → ${version}`
}

/** What ends a stage. */
export function stageEnd({ ends, forMs }: StageView, { say, format }: Words): string {
  if (ends === 'verdict') return say('stage.untilVerdict', { span: format.span(forMs) })
  return forMs === 0 ? say('stage.atOnce') : say('stage.forTime', { span: format.span(forMs) })
}

export type StageState = 'done' | 'present' | 'held' | 'broken' | 'next'

/** Where a release is on its way through its stages. */
export function stageStates({ phase, stage, stages, outcome }: ReleaseView): readonly StageState[] {
  return stages.map((_, i) => {
    if (outcome?.kind === 'promoted') return 'done'
    if (phase === 'waiting' || i > stage) return 'next'
    if (i < stage) return 'done'
    if (outcome) return 'broken'
    return phase === 'held' ? 'held' : 'present'
  })
}

/** How much of the present stage's time has passed, 0 to 1; `null` where no time runs. */
export function stageProgress(release: ReleaseView, nowMs: number): { part: number; leftMs: number } | null {
  const present = release.stages[release.stage]
  if (release.phase !== 'watching' || !present || present.forMs === 0) return null
  const leftMs = Math.max(0, timeOf(release.enteredAt) + present.forMs - nowMs)
  return { part: 1 - leftMs / present.forMs, leftMs: Math.min(leftMs, present.forMs) }
}

/** What it is doing now, as a sentence. */
export function phaseWords(release: ReleaseView, nowMs: number, words: Words): string {
  const { say, format } = words
  const { phase, stage, stages, version, held, outcome } = release
  const previous = release.previous ?? ''
  const present = stages[stage]
  const name = present ? stageName(present.name, words) : ''
  switch (phase) {
    case 'waiting':
      return say('phase.waiting')
    case 'moving':
      return say('phase.moving', { stage: name })
    case 'watching': {
      const span = format.clockSpan(stageProgress(release, nowMs)?.leftMs ?? 0)
      if (present?.ends === 'verdict') return say('phase.watchingVerdict', { stage: name, span })
      return say('phase.watchingTime', { stage: name, span })
    }
    case 'held': {
      const span = format.clockSpan(held ? nowMs - timeOf(held.since) : 0)
      if (held?.why === 'paused') return say('phase.paused', { by: held.by, span, stage: name })
      return say(held ? HELD[held.why] : 'phase.held', { span, stage: name })
    }
    case 'promoting':
      return say('phase.promoting', { version })
    case 'baking':
      return release.previous === null ? say('phase.promoted', { version }) : say('phase.baking', { version, previous })
    case 'taking-back':
      return release.previous === null ? say('phase.takingAway', { version }) : say('phase.takingBack', { previous })
    case 'retiring':
      return say('phase.retiring')
    case 'ended':
      return endWords(outcome, version, say)
  }
}

function endWords(outcome: OutcomeView | undefined, version: string, say: Words['say']): string {
  if (!outcome) return say('phase.over')
  // Somebody changed their mind on the way into the first stage: nothing failed.
  const isStopped = outcome.kind === 'failed' && outcome.by !== 'hub'
  return say(isStopped ? 'phase.stoppedEarly' : ENDS[outcome.kind], { version })
}

const HELD = {
  inconclusive: 'phase.inconclusive',
  mismatch: 'phase.mismatch',
  disarmed: 'phase.disarmed',
} as const

const ENDS = {
  promoted: 'phase.promoted',
  'rolled-back': 'phase.rolledBack',
  superseded: 'phase.superseded',
  failed: 'phase.failed',
  cancelled: 'phase.cancelled',
} as const

const STRATEGIES = {
  canary: 'strategy.canary',
  rolling: 'strategy.rolling',
  'blue-green': 'strategy.blueGreen',
  'all-at-once': 'strategy.allAtOnce',
} as const

export const strategyName = (strategy: ReleaseView['strategy'], { say }: Pick<Words, 'say'>): string =>
  say(STRATEGIES[strategy])
