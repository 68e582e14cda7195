import { wilson } from '../../src/judge/traffic.fixture.ts'
import type { Row } from './race.ts'
import { worldOf } from './table.ts'

export interface Target {
  readonly what: string
  readonly met: boolean
  readonly seen: string
}

const OURS = 'Shipwatch'
const HELD = 'Shipwatch, 10 % held'
const HARMLESS_AT_MOST = 0.01
const MULTIPLE_AT_MOST = 1.6

const harmless = ({ baseRate, newRate }: Row): boolean => baseRate === newRate
const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`

/** What the race is to show, and whether it did. */
export function targets(rows: readonly Row[]): Target[] {
  return [...quick(rows), neverTakenBack(rows), ...tunedPeers(rows)]
}

/** Half of the broken releases at 0.3 % → 2 % and 5 % are found within 1.6 times what any test needs. */
function quick(rows: readonly Row[]): Target[] {
  return rows
    .filter(row => row.rival === HELD && row.baseRate === 0.003 && (row.newRate === 0.02 || row.newRate === 0.05))
    .map(row => ({
      what: `${worldOf(row)}: median detection at most ${MULTIPLE_AT_MOST} times the bound`,
      met: row.boundMultiple !== null && row.boundMultiple <= MULTIPLE_AT_MOST,
      seen: row.boundMultiple === null ? 'never found' : row.boundMultiple.toFixed(2),
    }))
}

/**
 * A row of some hundred releases scatters around its true share: it is short where its 95 % interval lies above 1 %
 * altogether, and all rows together are where their interval reaches above it.
 */
function neverTakenBack(rows: readonly Row[]): Target {
  const ours = rows.filter(row => row.rival.startsWith(OURS) && harmless(row))
  const worst = worstHarmless(ours, () => true)
  const runs = ours.reduce((sum, row) => sum + row.runs, 0)
  const takenBack = ours.reduce((sum, row) => sum + Math.round(row.pRollback * row.runs), 0)
  const what = `false rollbacks at most ${percent(HARMLESS_AT_MOST)} at every base rate and traffic`
  if (worst === undefined) return { what, met: false, seen: 'no harmless releases raced' }
  const upper = wilson(takenBack, runs).upper
  const [lower] = ours.map(row => wilson(row.pRollback * row.runs, row.runs).lower).toSorted((a, b) => b - a)
  return {
    what,
    met: upper <= HARMLESS_AT_MOST && (lower ?? 1) <= HARMLESS_AT_MOST,
    seen: `${takenBack} of ${runs} taken back, Wilson upper bound ${percent(upper)}; worst row ${percent(worst.pRollback)} (${worst.rival}, ${worldOf(worst)})`,
  }
}

/** A peer that is made fast must pay: by false rollbacks somewhere, or by being slower everywhere after all. */
function tunedPeers(rows: readonly Row[]): Target[] {
  const names = [...new Set(rows.filter(({ tuned }) => tuned).map(({ rival }) => rival))]
  return names.map(name => {
    const worst = worstHarmless(rows, ({ rival }) => rival === name)
    const faster = rows.filter(row => row.rival === name && !harmless(row) && isFaster(row, rows))
    const wrong = worst !== undefined && worst.pRollback > HARMLESS_AT_MOST
    const where = faster.length === 0 ? 'slower everywhere' : `faster at ${faster.map(worldOf).join('; ')}`
    const price = worst === undefined ? '' : `; false rollbacks up to ${percent(worst.pRollback)} (${worldOf(worst)})`
    return {
      what: `${name}: slower, or above ${percent(HARMLESS_AT_MOST)} false rollbacks`,
      met: wrong || faster.length === 0,
      seen: where + price,
    }
  })
}

/** Whether a row finds half of all broken releases, and that sooner than the best of ours. */
function isFaster(row: Row, rows: readonly Row[]): boolean {
  if (row.pRollback < 0.5 || row.medianSeconds === null) return false
  const ours = rows
    .filter(other => other.rival.startsWith(OURS) && worldOf(other) === worldOf(row))
    .map(({ medianSeconds }) => medianSeconds ?? Number.POSITIVE_INFINITY)
  return row.medianSeconds < Math.min(...ours)
}

function worstHarmless(rows: readonly Row[], of: (row: Row) => boolean): Row | undefined {
  return rows.filter(row => of(row) && harmless(row)).toSorted((a, b) => b.pRollback - a.pRollback)[0]
}
