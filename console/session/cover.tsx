import { type ReactNode, useEffect } from 'react'
import { Mark } from '../design/icons.tsx'
import { useTheme } from '../design/theme.tsx'
import { useWords } from '../language/language.tsx'

/** The page of those who are not inside: one card, and the language, which has to be chosen before anything is read. */
export function Cover({
  title,
  lead,
  children,
}: {
  readonly title: string
  readonly lead?: string
  readonly children: ReactNode
}) {
  const { say, language, choose } = useWords()
  const { theme, choose: chooseTheme } = useTheme()
  const isDark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    document.title = `${title} · Shipwatch`
  }, [title])
  return (
    <div className="grid min-h-dvh grid-rows-[1fr_auto]">
      <main className="grid place-items-center px-4 py-10">
        <div className="grid w-full max-w-[25rem] gap-6">
          <div className="flex items-center gap-3">
            <Mark className="size-10" />
            <div>
              <p className="text-lg font-semibold">Shipwatch</p>
              <p className="text-sm text-faint">{say('app.motto')}</p>
            </div>
          </div>
          <div className="grid gap-5 rounded-lg border border-line bg-card p-5 sm:p-7">
            <div>
              <h1 className="text-xl">{title}</h1>
              {lead && <p className="mt-1 text-soft">{lead}</p>}
            </div>
            {children}
          </div>
        </div>
      </main>
      <footer className="flex flex-wrap justify-center gap-x-6 gap-y-1 p-4 text-sm">
        <button
          type="button"
          lang={language === 'en' ? 'zh-CN' : 'en'}
          onClick={() => choose(language === 'en' ? 'zh' : 'en')}
          className="min-h-10 px-2 text-soft underline-offset-4 hover:text-ink hover:underline"
        >
          {language === 'en' ? '中文' : 'English'}
        </button>
        <button
          type="button"
          onClick={() => chooseTheme(isDark ? 'light' : 'dark')}
          className="min-h-10 px-2 text-soft underline-offset-4 hover:text-ink hover:underline"
        >
          {say(isDark ? 'theme.toLight' : 'theme.toDark')}
        </button>
      </footer>
    </div>
  )
}
