import type { HeldView, ReleaseView } from '../../client/index.ts'
import { roughDuration } from '../../kernel/index.ts'
import type { Look } from '../terminal/look.ts'
import { columnsOf } from '../terminal/width.ts'
import { roughSeconds, timeOf, weightOf } from '../words.ts'

/** `order v2 → v3`; a first version has none before it. */
export function titleOf({ service, version, previous }: ReleaseView, { glyphs }: Pick<Look, 'glyphs'>): string {
  return previous === null ? `${service} ${version}` : `${service} ${previous} ${glyphs.arrow} ${version}`
}

/** How far along it is: stages before this one are done, from this one on they are to come. */
function progressOf({ phase, stage, stages, outcome }: ReleaseView): {
  readonly done: number
  readonly present: boolean
} {
  if (phase === 'waiting') return { done: 0, present: false }
  if (outcome?.kind === 'promoted') return { done: stages.length, present: false }
  return { done: stage, present: true }
}

/**
 * The stages on one line, the present one marked: `✓ 10 %  ▶ 50 %  · 100 %`. Where they are too many for
 * `columns`, those around the present one.
 */
export function drawStages(release: ReleaseView, look: Look, columns: number): string {
  const { glyphs, paint } = look
  const { done, present } = progressOf(release)
  const { phase, outcome } = release
  const chips = release.stages.map(({ name }, i) => {
    if (i < done) return paint.green(`${glyphs.done} ${name}`)
    if (i > done || !present) return paint.dim(`${glyphs.next} ${name}`)
    if (outcome) return paint.red(`${glyphs.bad} ${name}`)
    if (phase === 'held') return paint.yellow(`${glyphs.held} ${name}`)
    return paint.bold(`${glyphs.now} ${name}`)
  })
  let first = 0
  let last = chips.length
  const line = (): string => {
    const before = first > 0 ? [paint.dim(`${first} ${glyphs.ellipsis}`)] : []
    const behind = last < chips.length ? [paint.dim(`${glyphs.ellipsis} ${chips.length - last}`)] : []
    return [...before, ...chips.slice(first, last), ...behind].join('  ')
  }
  while (columnsOf(line()) > columns && last - first > 1) {
    if (last - 1 > done && last - done >= done - first) last -= 1
    else first += 1
  }
  return line()
}

/** What it is doing now, and for how much longer. */
export function phaseWords(release: ReleaseView, nowMs: number): string {
  const { phase, stage, stages, previous, outcome } = release
  const present = stages[stage]
  const name = present?.name ?? `stage ${stage + 1}`
  switch (phase) {
    case 'waiting':
      return 'waits for its turn'
    case 'moving':
      return `on the way to ${name}`
    case 'watching':
      return `watched at ${name}, ${leftWords(release, nowMs)}`
    case 'held':
      return heldWords(release, name, nowMs)
    case 'promoting':
      return 'to be promoted: the traffic is moving to it'
    case 'baking':
      return previous === null ? 'promoted' : `promoted; ${previous} stands by`
    case 'taking-back':
      return previous === null ? 'being taken away' : `being taken back; the traffic goes to ${previous}`
    case 'retiring':
      return `${outcome?.kind ?? 'over'}; the version that is no longer wanted is stopping`
    case 'ended':
      return outcome?.kind.replace('rolled-back', 'taken back') ?? 'over'
  }
}

const HELD = {
  inconclusive: 'no verdict in time',
  mismatch: 'more traffic came than configured',
  disarmed: 'the verdict does not act by itself',
} as const

function heldWords({ held }: ReleaseView, name: string, nowMs: number): string {
  if (!held) return `held at ${name}`
  const { why, by, since } = held
  const note = noteOf(held)
  const long = `for ${roughSeconds(nowMs - timeOf(since))}`
  if (why === 'paused') return `paused by ${by} ${long}, at ${name}${note ? `: ${note}` : ''}`
  return `held at ${name} ${long}: ${HELD[why]}`
}

/** What somebody who paused it noted. */
export function noteOf({ because }: HeldView): string | undefined {
  const { note } = because
  return typeof note === 'string' ? note : undefined
}

/** How long the present stage lasts. */
function leftWords({ stage, stages, enteredAt }: ReleaseView, nowMs: number): string {
  const present = stages[stage]
  if (!present) return 'to its end'
  const leftMs = timeOf(enteredAt) + present.forMs - nowMs
  const left = leftMs > 0 ? roughSeconds(leftMs) : 'no time'
  return present.ends === 'time' ? `${left} left` : `until shown to be no worse, ${left} left`
}

/** `10 % for 1m`, `50 % until shown to be no worse, within 30m`. */
export function stageWords({ name, ends, forMs }: ReleaseView['stages'][number]): string {
  if (ends === 'verdict') return `${name} until shown to be no worse, within ${roughDuration(forMs)}`
  return forMs === 0 ? name : `${name} for ${roughDuration(forMs)}`
}

/** A bar of the two versions' traffic. */
export function drawSplit({ version, previous, weight }: ReleaseView, look: Look, columns: number): string {
  const { paint } = look
  const mine = `${version} ${weightOf(weight)}`
  const other = previous === null ? '' : `${weightOf(100 - weight)} ${previous}`
  const room = Math.min(40, columns - columnsOf(mine) - columnsOf(other) - 3)
  const bar = room < 8 ? '' : drawBar(weight / 100, room, look, paint.cyan)
  return [mine, bar, other].filter(part => part !== '').join(' ')
}

/** A bar of `columns`. Something is never drawn as nothing, and less than all never as all. */
export function drawBar(part: number, columns: number, { glyphs, paint }: Look, ink: (text: string) => string): string {
  const share = Math.min(1, Math.max(0, part))
  const rounded = Math.round(share * columns)
  const full = share > 0 && share < 1 ? Math.min(columns - 1, Math.max(1, rounded)) : rounded
  return ink(glyphs.full.repeat(full)) + paint.dim(glyphs.empty.repeat(columns - full))
}
