import { describe, expect, it } from 'vitest'
import type { UserView } from '../hub/contract.ts'
import { texts, wordsIn } from '../language/language.tsx'
import { PEOPLE } from '../language/texts/people.ts'
import { changeOf, formOf, roleMeans, standingOf } from './standing.ts'

const { say } = wordsIn(texts(PEOPLE), 'en')
const li: UserView = {
  name: 'li',
  displayName: 'Li Na',
  role: 'releaser',
  language: null,
  disabled: false,
  mustChangePassword: false,
  createdAt: '2026-11-21T10:00:00Z',
  signedInAt: null,
}

describe('how somebody stands', () => {
  it.each([
    [{}, 'people.isActive'],
    [{ mustChangePassword: true }, 'people.isNew'],
    [{ disabled: true }, 'people.isDisabled'],
    [{ disabled: true, mustChangePassword: true }, 'people.isDisabled'],
  ] as const)('is told by what keeps them out first: %j', (changed, word) => {
    expect(standingOf({ ...li, ...changed }).word).toBe(word)
  })
})

describe('what a form changes', () => {
  it.each([
    [{}, {}],
    [{ displayName: '  Li Na ' }, {}],
    [{ displayName: '李娜' }, { displayName: '李娜' }],
    [{ name: ' li ' }, {}],
    [{ name: 'lina' }, { name: 'lina' }],
    [{ role: 'viewer' }, { role: 'viewer' }],
    [
      { language: 'zh', role: 'admin' },
      { language: 'zh', role: 'admin' },
    ],
    [{ language: '' }, {}],
  ] as const)('is what differs and nothing else: %j', (changed, body) => {
    expect(changeOf(li, { ...formOf(li), ...changed })).toEqual(body)
  })
})

describe('what a role means', () => {
  it('is said, and that a new one signs out', () => {
    expect(roleMeans('viewer', 'viewer', say)).toEqual(['They see everything and change nothing.'])
    expect(roleMeans('viewer', undefined, say)).toHaveLength(1)
    expect(roleMeans('admin', 'viewer', say)[1]).toContain('signed out everywhere')
  })
})
