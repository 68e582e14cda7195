import { createContext, type ReactNode, useContext, useLayoutEffect, useMemo, useState } from 'react'
import { recall, remember } from '../language/remember.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const ThemeContext = createContext<{ readonly theme: Theme; readonly choose: (theme: Theme) => void }>({
  theme: 'system',
  choose: () => undefined,
})

export const useTheme = () => useContext(ThemeContext)

/** What was kept, if it is a theme. */
export function themeOf(kept: string | undefined): Theme {
  return THEMES.find(theme => theme === kept) ?? 'system'
}

export function ThemeProvider({ children }: { readonly children: ReactNode }) {
  const [theme, setTheme] = useState(() => themeOf(recall('theme')))
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  const value = useMemo(() => {
    const choose = (next: Theme): void => {
      remember('theme', next)
      setTheme(next)
    }
    return { theme, choose }
  }, [theme])
  return <ThemeContext value={value}>{children}</ThemeContext>
}
