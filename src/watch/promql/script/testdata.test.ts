import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Engine } from '../engine.ts'
import { type Outcome, runScript } from './run.ts'

const FOLDER = new URL('testdata/', import.meta.url)

/** Their answers tell when names are dropped. */
const OF_DELAYED_NAME_REMOVAL = new Set(['names.test'])

const scripts = readdirSync(FOLDER)
  .filter(file => file.endsWith('.test'))
  .toSorted()

async function outcomesOf(file: string, delayedNameRemoval: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const engine = new Engine({ experimental: true, delayedNameRemoval })
  for await (const outcome of runScript(readFileSync(new URL(file, FOLDER), 'utf8'), engine)) outcomes.push(outcome)
  return outcomes
}

for (const file of scripts) {
  // Carried out here and not in a test, since a test is wanted of each evaluation.
  const outcomes = await outcomesOf(file, true)

  describe(file, () => {
    for (const { line, expr, fault } of outcomes) {
      it(`${file}:${line} ${expr}`, () => {
        expect(fault).toBeUndefined()
      })
    }

    if (OF_DELAYED_NAME_REMOVAL.has(file)) return

    it('answers the same when names are dropped at once', async () => {
      const faulty = (await outcomesOf(file, false)).filter(({ fault }) => fault !== undefined)
      expect(faulty).toEqual([])
    })
  })
}

it('finds the scripts', () => {
  expect(scripts).toContain('literals.test')
})
