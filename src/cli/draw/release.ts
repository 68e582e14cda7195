import type { EntryView, ReleaseView } from '../../client/index.ts'
import { roughDuration } from '../../kernel/index.ts'
import type { Look } from '../terminal/look.ts'
import { pad, wrap } from '../terminal/width.ts'
import { counted, grouped, localTime, roughSeconds, timeOf } from '../words.ts'
import { drawStory } from './entries.ts'
import { drawCounts, drawEvidence } from './evidence.ts'
import { drawSplit, drawStages, phaseWords, stageWords, titleOf } from './stages.ts'

const LABEL = 11
const LATEST = 5

/** A release under way as one picture: where it is, what was counted, what that proves, what was written down. */
export function draw(release: ReleaseView, entries: readonly EntryView[], nowMs: number, look: Look): string[] {
  const { paint, glyphs } = look
  const { strategy, id, note, createdAt } = release
  const age = roughSeconds(nowMs - timeOf(createdAt))
  const title = [paint.bold(titleOf(release, look)), strategy, id, age].join(` ${glyphs.dot} `)
  const verdict = release.outcome ? release.outcome.reason : (release.missing ?? release.verdict?.reason)
  return [
    title,
    ...(note ? wrap(note, look.width).map(paint.dim) : []),
    '',
    labelled('stages', [drawStages(release, look, look.width - LABEL - 2)]),
    labelled('now', wrapped(phaseWords(release, nowMs), look)),
    labelled('traffic', [drawSplit(release, look, look.width - LABEL - 2)]),
    ...(release.blocked ? [labelled('blocked', wrapped(release.blocked, look).map(paint.red))] : []),
    '',
    ...drawCounts(release, look),
    ...(release.verdict ? ['', ...drawEvidence(release.verdict, look)] : []),
    '',
    ...(verdict ? [labelled(release.missing && !release.outcome ? 'missing' : 'because', wrapped(verdict, look))] : []),
    ...(release.detectable ? [labelled('can be seen', wrapped(release.detectable, look))] : []),
    ...(entries.length > 0 ? ['', ...drawStory(entries.slice(-LATEST), look)] : []),
  ].flatMap(part => (typeof part === 'string' ? [part] : part))
}

/** Everything that is known of a release, in sections. */
export function drawWhole(release: ReleaseView, entries: readonly EntryView[], nowMs: number, look: Look): string[] {
  const { paint } = look
  const { id, strategy, note, createdAt, exposedAt, stages, outcome, verdict, blocked, missing, detectable } = release
  const at = (time: string): string => localTime(timeOf(time), look.zone)
  const section = (name: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint.bold(name), ...lines]
  const over = release.phase === 'ended'
  const present = [
    ...labelled('stages', [drawStages(release, look, look.width - LABEL - 2)]),
    ...(over ? [] : labelled('now', wrapped(phaseWords(release, nowMs), look))),
    ...labelled('traffic', [drawSplit(release, look, look.width - LABEL - 2)]),
    ...(blocked ? labelled('blocked', wrapped(blocked, look).map(paint.red)) : []),
  ]
  return [
    paint.bold(titleOf(release, look)),
    ...labelled('release', [id]),
    ...labelled('strategy', wrapped(`${strategy}: ${stages.map(stageWords).join(', then ')}`, look)),
    ...labelled('asked', [at(createdAt)]),
    ...labelled('exposed', [exposedAt === null ? 'it had no traffic yet' : at(exposedAt)]),
    ...(note ? labelled('note', wrapped(note, look)) : []),
    ...section('Outcome', outcome ? drawOutcome(release, look) : []),
    ...section('Progress', present),
    ...section('Counted', drawCounts(release, look)),
    ...section('Evidence', [
      ...(verdict
        ? [...drawEvidence(verdict, look), ...labelled('verdict', wrapped(`${verdict.kind}: ${verdict.reason}`, look))]
        : []),
      ...(missing ? labelled('missing', wrapped(missing, look)) : []),
      ...(detectable ? labelled('can be seen', wrapped(detectable, look)) : []),
    ]),
    ...section('Timeline', drawStory(entries, look)),
  ]
}

/** How it ended, why, and what it cost. */
function drawOutcome(release: ReleaseView, look: Look): string[] {
  const { outcome, candidate } = release
  if (!outcome) return []
  const { kind, reason, hint, by, decidedAt, inForceAt, secondsToVerdict, servedAfterDecision } = outcome
  const ink = kind === 'promoted' ? look.paint.green : look.paint.red
  const decidedMs = timeOf(decidedAt)
  const times = [
    ...(secondsToVerdict === undefined ? [] : [`${roughDuration(secondsToVerdict * 1_000)} after its first traffic`]),
    ...(inForceAt === undefined ? [] : [`in force ${roughDuration(timeOf(inForceAt) - decidedMs)} later`]),
  ]
  const served = `${counted(servedAfterDecision ?? 0, 'request')} answered after the decision`
  return [
    ...labelled('outcome', [ink(kind)]),
    ...labelled('why', wrapped(reason, look)),
    ...(hint ? labelled('to do', wrapped(hint, look)) : []),
    ...labelled('decided', wrapped([`${localTime(decidedMs, look.zone)} by ${by}`, ...times].join(', '), look)),
    ...labelled('cost', [
      `${grouped(candidate.bad)} bad of ${counted(candidate.requests, 'request')}${servedAfterDecision === undefined ? '' : `; ${served}`}`,
    ]),
  ]
}

function wrapped(text: string, look: Look): string[] {
  return wrap(text, Math.max(10, look.width - LABEL - 2))
}

/** A name, and beside it what belongs to it, in as many lines as that takes. */
function labelled(name: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `  ${pad(i === 0 ? name : '', LABEL)}${line}`)
}
