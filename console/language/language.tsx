import { createInstance, type i18n } from 'i18next'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { type Format, formatFor, type Language } from './format.ts'
import { recall, remember } from './remember.ts'
import { FIRST } from './texts/first.ts'
import type { EN } from './texts/index.ts'

/** What can be said; `_one` and `_other` of a number are one key. */
export type Key = Singular<keyof typeof EN>
type Singular<Name extends string> = Name extends `${infer Base}_${'one' | 'other'}` ? Base : Name

/** Placeholders by name; `count` chooses the plural. */
export type Values = Readonly<Record<string, string | number>>
export type Say = (key: Key, values?: Values) => string

export interface Words {
  readonly language: Language
  readonly say: Say
  readonly format: Format
}

/** Texts in both languages. */
export interface Texts {
  readonly en: Readonly<Record<string, string>>
  readonly zh: Readonly<Record<string, string>>
}

export interface LanguageChoice {
  readonly choose: (language: Language) => void
  /** What was chosen since whoever is here came; it may not be written down anywhere else yet. */
  readonly chosen: Language | undefined
}

interface Speech extends Words, LanguageChoice {
  readonly learn: (texts: Texts) => void
}

const WordsContext = createContext<Speech | undefined>(undefined)

/** Both languages of whatever is shown are there, so a language switches at once. */
export function texts({ en, zh }: Texts = FIRST): i18n {
  const instance = createInstance()
  void instance.init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: { ...en } }, zh: { translation: { ...zh } } },
    keySeparator: false,
    nsSeparator: false,
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    initAsync: false,
  })
  return instance
}

/** Words and numbers in one language; for whatever is not a component, too. */
export function wordsIn(instance: i18n, language: Language, zone?: string): Words {
  const format = formatFor(language, zone)
  const fixed = instance.getFixedT(language)
  return {
    language,
    format,
    say(key, values = {}) {
      // `count` chooses the plural as a number, and is shown as one: with its thousands apart.
      const shown = 'count' in values ? { ...values, shown: format.count(Number(values['count'])) } : values
      return fixed(key, shown)
    },
  }
}

export function useWords(): Words & LanguageChoice {
  return useSpeech()
}

/** Brings the texts of a page that is not in the first view: before it says any of them. */
export function useTexts(brought: Texts): void {
  useSpeech().learn(brought)
}

function useSpeech(): Speech {
  const speech = useContext(WordsContext)
  if (!speech) throw new Error('useWords outside of LanguageProvider')
  return speech
}

/** What was just chosen, else what the account says, else what was kept here, else what the browser asks for. */
export function languageOf({
  chosen,
  account,
  kept,
  browser,
}: {
  readonly chosen?: Language | undefined
  readonly account?: Language | null | undefined
  readonly kept?: string | undefined
  readonly browser: readonly string[]
}): Language {
  if (chosen) return chosen
  if (account) return account
  if (kept === 'en' || kept === 'zh') return kept
  const known = browser.map(tag => tag.slice(0, 2).toLowerCase()).find(tag => tag === 'en' || tag === 'zh')
  return known === 'zh' ? 'zh' : 'en'
}

export function LanguageProvider({
  person,
  account,
  children,
}: {
  /** Who is signed in; nothing while that is nobody or not known. */
  readonly person: string | undefined
  /** The language that their account asks for. */
  readonly account: Language | null | undefined
  readonly children: ReactNode
}) {
  const [instance] = useState(() => texts())
  const [learnt] = useState(() => new WeakSet<Texts>())
  const [chosen, setChosen] = useState<Language>()
  const [lastPerson, setLastPerson] = useState(person)
  // Who chooses a language and then signs in has chosen it for themselves; who leaves, not for the next.
  if (person !== lastPerson) {
    setLastPerson(person)
    if (lastPerson !== undefined) setChosen(undefined)
  }
  const language = languageOf({ chosen, account, kept: recall('language'), browser: navigator.languages })
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const learn = useCallback(
    (brought: Texts): void => {
      // While a page is drawn, since it says them at once; they are the same each time.
      if (learnt.has(brought)) return
      learnt.add(brought)
      const { en, zh } = brought
      instance.addResourceBundle('en', 'translation', en)
      instance.addResourceBundle('zh', 'translation', zh)
    },
    [instance, learnt],
  )
  const value = useMemo(() => {
    const choose = (next: Language): void => {
      remember('language', next)
      setChosen(next)
    }
    return { ...wordsIn(instance, language), choose, chosen, learn }
  }, [instance, language, chosen, learn])
  return <WordsContext value={value}>{children}</WordsContext>
}
