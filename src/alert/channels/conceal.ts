const HIDDEN = '[secret]'

/** Makes what hides secrets in a text, in each form that a request or an answer may show them in. */
export function concealer(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap(formsOf).filter(form => form !== ''))
  if (forms.size === 0) return text => text
  // Of two that begin alike the longer one counts: nothing of it may be left standing.
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length)
  const pattern = new RegExp(longestFirst.map(form => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
  return text => text.replace(pattern, HIDDEN)
}

/** As it is, in a URL's path, in a URL's query, and in JSON. */
function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams({ '': secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
  ]
}
