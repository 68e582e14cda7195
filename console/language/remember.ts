type Kept = 'language' | 'theme'

/** What this browser was told to keep; nothing where storage is switched off. */
export function recall(name: Kept): string | undefined {
  try {
    return localStorage.getItem(`shipwatch.${name}`) ?? undefined
  } catch {
    return undefined
  }
}

/** Keeps a choice in this browser. `false` where storage is switched off: then it holds until the page is closed. */
export function remember(name: Kept, value: string): boolean {
  try {
    localStorage.setItem(`shipwatch.${name}`, value)
    return true
  } catch {
    return false
  }
}
