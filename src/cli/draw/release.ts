import type { EntryView, ReleaseView } from '../../client/index.ts'
import { roughDuration } from '../../kernel/index.ts'
import type { Look } from '../terminal/look.ts'
import { wrap } from '../terminal/width.ts'
import { counted, grouped, roughSeconds, timeOf, wholeTime } from '../words.ts'
import { drawLatest, drawTimeline } from './entries.ts'
import { drawCounts, drawEvidence } from './evidence.ts'
import { drawDoubts, drawGuards } from './guards.ts'
import { labelled, labelledLine, roomOf, spaced } from './labelled.ts'
import { drawSplit, drawStages, phaseWords, stageWords, titleOf } from './stages.ts'

const LATEST = 5

/** A release under way as one picture: where it is, what was counted, what that proves, what was written down. */
export function draw(release: ReleaseView, entries: readonly EntryView[], nowMs: number, look: Look): string[] {
  const { paint, glyphs } = look
  const { strategy, id, note, createdAt, outcome, verdict, missing, detectable } = release
  const age = roughSeconds(nowMs - timeOf(createdAt))
  const title = [paint.bold(titleOf(release, look)), strategy, id, age].join(` ${glyphs.dot} `)
  const because = outcome?.reason ?? missing?.reason ?? heldReason(release) ?? verdict?.reason
  return spaced(
    [title, ...(note ? wrap(note, look.width).map(paint.dim) : [])],
    drawProgress(release, nowMs, look),
    drawCounts(release, look),
    verdict ? drawEvidence(verdict, look) : [],
    [
      ...(because ? labelled(missing && !outcome ? 'missing' : 'because', because, look) : []),
      ...drawDoubts(release, look),
      ...(detectable ? labelled('detectable', detectable.reason, look) : []),
    ],
    drawLatest(entries.slice(-LATEST), look),
  )
}

/** Why a doubt holds it; what a person or the deadline holds is said where that is. */
function heldReason({ phase, held }: ReleaseView): string | undefined {
  return phase === 'held' && (held?.why === 'mismatch' || held?.why === 'disarmed') ? held.reason : undefined
}

/** Where a release stands and who gets it. */
function drawProgress(release: ReleaseView, nowMs: number, look: Look): string[] {
  const room = roomOf(look)
  return [
    labelledLine('stages', drawStages(release, look, room)),
    ...labelled('now', phaseWords(release, nowMs), look),
    labelledLine('traffic', drawSplit(release, look, room)),
    ...(release.blocked ? labelled('blocked', release.blocked.reason, look, look.paint.red) : []),
  ]
}

/** Everything that is known of a release, in sections. */
export function drawWhole(release: ReleaseView, entries: readonly EntryView[], nowMs: number, look: Look): string[] {
  const { paint } = look
  const { id, strategy, note, createdAt, exposedAt, stages, verdict, missing, detectable } = release
  const because = heldReason(release)
  const at = (time: string): string => wholeTime(timeOf(time), look)
  const section = (name: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [paint.bold(name), ...lines]
  return spaced(
    [
      paint.bold(titleOf(release, look)),
      ...labelled('release', id, look),
      ...labelled('strategy', `${strategy}: ${stages.map(stageWords).join(', then ')}`, look),
      ...labelled('asked', at(createdAt), look),
      ...labelled('exposed', exposedAt === null ? 'it has had no traffic' : at(exposedAt), look),
      ...(note ? labelled('note', note, look) : []),
    ],
    section('Outcome', drawOutcome(release, look)),
    section('Progress', [
      ...drawProgress(release, nowMs, look),
      ...(because ? labelled('because', because, look) : []),
      ...(release.phase === 'held' && release.held?.timeAgain
        ? labelled('resumed', 'the stage gets its whole time again', look)
        : []),
    ]),
    section('Counted', drawCounts(release, look, ['p50', 'p95', 'p99'])),
    section('Evidence', [
      ...(verdict ? [...drawEvidence(verdict, look), ...labelled(verdict.kind, verdict.reason, look)] : []),
      ...(missing ? labelled('missing', missing.reason, look) : []),
      ...(detectable ? labelled('detectable', detectable.reason, look) : []),
    ]),
    section('Guards', drawGuards(release, look)),
    section('Timeline', drawTimeline(entries, look)),
  )
}

/** How it ended, why, and what it cost. */
function drawOutcome(release: ReleaseView, look: Look): string[] {
  const { outcome, candidate } = release
  if (!outcome) return []
  const { kind, reason, hint, by, decidedAt, inForceAt, secondsToVerdict, servedAfterDecision } = outcome
  const decidedMs = timeOf(decidedAt)
  const times = [
    ...(release.previous === null || secondsToVerdict === undefined
      ? []
      : [`${roughDuration(secondsToVerdict * 1_000)} after its first traffic`]),
    ...(inForceAt === undefined ? [] : [`in force ${roughDuration(timeOf(inForceAt) - decidedMs)} later`]),
  ]
  const after =
    servedAfterDecision === undefined ? '' : `; ${counted(servedAfterDecision, 'request')} answered after the decision`
  return [
    ...labelled('outcome', kind, look, kind === 'promoted' ? look.paint.green : look.paint.red),
    ...labelled('why', reason, look),
    ...(hint ? labelled('to do', hint, look) : []),
    ...labelled('decided', [`${wholeTime(decidedMs, look)} by ${by}`, ...times].join(', '), look),
    ...labelled('cost', `${grouped(candidate.bad)} bad of ${counted(candidate.requests, 'request')}${after}`, look),
  ]
}
