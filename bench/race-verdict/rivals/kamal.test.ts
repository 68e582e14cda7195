import { expect, it } from 'vitest'
import { scripted } from '../scripted.fixture.ts'
import { KAMAL } from './kamal.ts'

it('Kamal promotes whatever starts, at once, and never looks back', () => {
  expect(KAMAL.simulate(scripted(100, () => 1))).toEqual({ outcome: 'promoted', seconds: 0, badRequests: 0 })
  expect(KAMAL.shareAt(0)).toBe(1)
})
