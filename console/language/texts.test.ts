import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { languageOf, texts, wordsIn } from './language.tsx'
import { ENTRIES } from './texts/entries.ts'
import { EN, ZH } from './texts/index.ts'
import { NOTICES } from './texts/notices.ts'
import { PEOPLE } from './texts/people.ts'
import { SECRET } from './texts/secret.ts'
import { SESSIONS } from './texts/sessions.ts'
import { TOKENS } from './texts/tokens.ts'

const CONSOLE = fileURLToPath(new URL('..', import.meta.url))
const en: Readonly<Record<string, string>> = EN
const zh: Readonly<Record<string, string>> = ZH

const placeholders = (text = ''): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').toSorted()

const sources = new Map(
  readdirSync(CONSOLE, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.tsx?$/.test(file) && !/(test|fixture)\.ts$|language\/texts\//.test(file))
    // Keys of queries look like those of texts, and say nothing.
    .filter(file => file !== 'hub/queries.ts')
    .map(file => [file, readFileSync(join(CONSOLE, file), 'utf8')]),
)
/** Where a text is said. */
const placesOf = (key: string): readonly string[] =>
  [...sources].filter(([, source]) => source.includes(`'${key.replace(/_(one|other)$/, '')}'`)).map(([file]) => file)

describe('the texts', () => {
  it('are said by one subject each, and none is left out', async () => {
    const files = readdirSync(join(CONSOLE, 'language/texts')).filter(file => file !== 'index.ts')
    const subjects: Readonly<Record<string, object>>[] = await Promise.all(
      files.map(file => import(join(CONSOLE, 'language/texts', file))),
    )
    const keys = (ending: string): string[] =>
      subjects
        .flatMap(subject => Object.entries(subject))
        .flatMap(([name, said]) => (name.endsWith(ending) ? Object.keys(said) : []))
        .toSorted()
    expect(keys('_EN')).toEqual(Object.keys(en).toSorted())
    expect(keys('_ZH')).toEqual(Object.keys(zh).toSorted())
  })

  it('are the same in both languages, but for the singular that Chinese does not have', () => {
    const singular = Object.keys(en).filter(key => key.endsWith('_one'))
    expect(singular.length).toBeGreaterThan(0)
    expect(Object.keys(zh).toSorted()).toEqual(
      Object.keys(en)
        .filter(key => !singular.includes(key))
        .toSorted(),
    )
    for (const key of singular) expect(en).toHaveProperty([key.replace(/_one$/, '_other')])
  })

  it.each(Object.keys(zh))('have the same placeholders: %s', key => {
    expect(placeholders(zh[key])).toEqual(placeholders(en[key]))
    const one = en[key.replace(/_other$/, '_one')]
    if (key.endsWith('_other')) expect(placeholders(en[key])).toEqual(expect.arrayContaining(placeholders(one)))
  })

  it('leave no English in Chinese, but for names', () => {
    const names = /`[^`]+`|\{\{\w+\}\}|Shipwatch|API|Webhook|hub\.publicUrl|p99/g
    const left = Object.entries(zh).filter(([, text]) => /[a-z]{2,}/i.test(text.replace(names, '')))
    expect(left).toEqual([])
  })

  it('are all said somewhere', () => {
    expect(Object.keys(en).filter(key => placesOf(key).length === 0)).toEqual([])
  })

  it.each([
    ['people', PEOPLE, /^people\//],
    ['tokens', TOKENS, /^tokens\//],
    ['entries of the logbook', ENTRIES, /^logbook\//],
    ['sessions', SESSIONS, /^session\/sessions\.tsx$/],
    ['channels and deliveries', NOTICES, /^channels\//],
    ['secrets', SECRET, /^shell\/secret-dialog\.tsx$/],
  ] as const)('that come with a page are said by that page alone: %s', (_, { en: brought }, itsOwn) => {
    const elsewhere = Object.keys(brought).flatMap(key => placesOf(key).filter(file => !itsOwn.test(file)))
    expect(elsewhere).toEqual([])
    expect([...sources].some(([file, source]) => itsOwn.test(file) && source.includes('useTexts('))).toBe(true)
  })

  it.each([
    ['en', 1, '1 instance', 'storefront: 1 instance of v12 cannot serve'],
    ['en', 1_204, 'many', 'storefront: 1,204 instances of v12 cannot serve'],
    ['zh', 1, 'one', 'storefront：v12 有 1 个实例无法提供服务'],
    ['zh', 1_204, 'many', 'storefront：v12 有 1,204 个实例无法提供服务'],
  ] as const)('choose the form that fits a number: %s %i', (language, count, _, said) => {
    const { say } = wordsIn(texts(), language)
    expect(say('concern.failing', { service: 'storefront', count, of: 'v12' })).toBe(said)
  })
})

describe('the language', () => {
  it.each([
    ['what was just chosen', { chosen: 'en', account: 'zh', kept: 'zh', browser: ['zh-CN'] }, 'en'],
    ['else what the account says', { account: 'zh', kept: 'en', browser: ['en-GB'] }, 'zh'],
    ['else what this browser was told to keep', { account: null, kept: 'zh', browser: ['en-GB'] }, 'zh'],
    ['else what the browser asks for', { account: null, browser: ['fr', 'zh-TW', 'en'] }, 'zh'],
    ['else English', { browser: ['fr'] }, 'en'],
    ['and nothing that was kept and is no language', { account: null, kept: 'latin', browser: ['zh'] }, 'zh'],
  ] as const)('is %s', (_, given, language) => {
    expect(languageOf(given)).toBe(language)
  })
})
