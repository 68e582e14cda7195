import { InvalidInput } from '../../kernel/index.ts'

const LEAST_CHARACTERS = 10
const MOST_BYTES = 1_024
const LEAST_DIFFERENT = 5

/**
 * What people type first when ten characters are asked for. Guessing is slow and throttled, so the few that
 * everybody tries are what matters; runs and repetitions are refused by rule.
 */
const COMMON: readonly string[] = `
  password12 password123 password1234 passw0rd123 p@ssw0rd123 p@ssword123 mypassword thepassword password01
  qwertyuiop qwerty1234 qwerty12345 qwerty123456 1q2w3e4r5t 1qaz2wsx3edc qazwsxedcrfv zaq12wsxcde
  administrator admin12345 admin123456 adminadmin admin@123456 letmein1234 welcome123 welcome1234 changeme123
  iloveyou123 iloveyou1314 woaini1314 woaini520 woaini5201314 5201314520 1314520520 a123456789 abc1234567 aa12345678
  asdfghjkl1 asdf123456 zxcvbnm123 abcd123456 abc123456789 123456789a 123456abcd qq123456789 wang123456 zhang123456
  shipwatch1 shipwatch12 shipwatch123 shipwatch2024 shipwatch2025 shipwatch2026
`
  .trim()
  .split(/\s+/)

/**
 * The one form of a password: characters that look alike and are typed differently on another keyboard become
 * the same (NFKC). `undefined` when it is longer than any password may be.
 */
export function normalisePassword(password: string): string | undefined {
  if (Buffer.byteLength(password) > MOST_BYTES) return undefined // before the work that its length would make
  const normal = password.toWellFormed().normalize('NFKC')
  return Buffer.byteLength(normal) > MOST_BYTES ? undefined : normal
}

/**
 * The normal form of a password that somebody wants to have.
 *
 * @throws InvalidInput saying what is wrong with it, never what it is
 */
export function acceptPassword(password: string, names: readonly string[]): string {
  const normal = normalisePassword(password)
  if (normal === undefined) {
    throw refuse(`it is longer than ${MOST_BYTES.toLocaleString('en')} bytes`)
  }
  const characters = Array.from(normal)
  if (characters.length < LEAST_CHARACTERS) throw refuse(`it has fewer than ${LEAST_CHARACTERS} characters`)
  if (new Set(characters).size < LEAST_DIFFERENT) throw refuse('it is made of very few different characters')
  if (isRun(characters)) throw refuse('its characters follow each other as in an alphabet')
  const folded = normal.toLowerCase()
  if (COMMON.includes(folded)) throw refuse('it is one of those that everybody tries first')
  if (names.some(name => isMadeOf(folded, name.normalize('NFKC').toLowerCase())))
    throw refuse('it is made of your name')
  return normal
}

function refuse(why: string): InvalidInput {
  return new InvalidInput(`this password cannot be used: ${why}`, {
    field: 'next',
    hint: 'Take several words that do not belong together, or let a password manager make one.',
  })
}

/** `0123456789`, `zyxwvutsrq`. */
function isRun(characters: readonly string[]): boolean {
  const codes = characters.map(character => character.codePointAt(0) ?? 0)
  const steps = new Set(codes.slice(1).map((code, place) => code - (codes[place] ?? 0)))
  // 1234567890 is a run on a keyboard, so where it starts again does not count.
  return steps.size === 1 || [1, -1].some(step => [...steps].every(other => other === step || other === -9 * step))
}

/** The name, and beside it nothing but digits and signs, or itself again. */
function isMadeOf(folded: string, name: string): boolean {
  if (name.length < 2 || !folded.includes(name)) return false
  return !/\p{L}/u.test(folded.replaceAll(name, ''))
}
