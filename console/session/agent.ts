import type { Say } from '../language/language.tsx'

/*
 * What a browser calls itself is a history of pretences; the first that fits is what it is. What is none of these is
 * shown by its first word: a program says its name there.
 */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
] as const

const SYSTEMS = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const

/** `Chrome, Windows`: enough to tell one's own browsers apart. */
export function agentName(agent: string, say: Say): string {
  const known = (list: readonly (readonly [string, RegExp])[]) => list.find(([, pattern]) => pattern.test(agent))?.[0]
  const [browser, system] = [known(BROWSERS), known(SYSTEMS)]
  if (browser && system) return say('agent.on', { browser, system })
  return browser ?? system ?? /^[\w.-]{1,40}/.exec(agent)?.[0] ?? say('agent.unknown')
}
