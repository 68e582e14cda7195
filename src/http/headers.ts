/**
 * What a page of the console may load, and who may show it in a frame: its own files, and nobody. Pictures may also
 * lie in the style sheet.
 */
const POLICY = [
  "default-src 'self'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

const YEAR_SECONDS = 31_536_000

/**
 * What every answer says to browsers, whatever it is. `isHttps`: people reach the hub by https, and from the first
 * time on their browsers go no other way.
 */
export function securityHeaders(isHttps: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    // With `no-referrer` a browser would send changes with the origin `null`.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(isHttps ? { 'strict-transport-security': `max-age=${YEAR_SECONDS}` } : {}),
  }
}
