import { InvalidInput } from '../../kernel/index.ts'
import type { UserRow } from '../../store/index.ts'
import { LANGUAGES, type Language, type Person, ROLES, type Role } from '../principal.ts'

/** A person who may sign in, as others may see them. */
export interface User extends Person {
  readonly disabled: boolean
  /** Their password was made for them and is to be used once. */
  readonly mustChangePassword: boolean
  readonly createdAtMs: number
  readonly signedInAtMs: number | undefined
}

export function userOf(row: UserRow): User {
  return {
    ...personOf(row),
    disabled: row.disabled === 1,
    mustChangePassword: row.must_change_password === 1,
    createdAtMs: row.created_at_ms,
    signedInAtMs: row.signed_in_at_ms ?? undefined,
  }
}

export function personOf(row: Pick<UserRow, 'id' | 'name' | 'display_name' | 'role' | 'language'>): Person {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    // Another version's role, which this one does not know, may nothing but look.
    role: ROLES.find(role => role === row.role) ?? 'viewer',
    language: LANGUAGES.find(language => language === row.language),
  }
}

const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])?$/

/** The name that somebody means who types `Li ` to sign in; `undefined` when nobody can be called so. */
export function meantName(typed: string): string | undefined {
  if (typeof typed !== 'string' || typed.length > 100) return undefined
  const name = typed.normalize('NFKC').trim().toLowerCase()
  return NAME.test(name) ? name : undefined
}

/** @throws InvalidInput */
export function checkName(name: string): string {
  if (NAME.test(name)) return name
  throw new InvalidInput(`“${name.slice(0, 40)}” cannot be a name to sign in with`, {
    field: 'name',
    hint: 'Use 1 to 32 of a–z, 0–9, “.”, “_” and “-”, beginning and ending with a letter or digit; the display name is free.',
  })
}

/** @throws InvalidInput */
export function checkDisplayName(name: string): string {
  const tidy = name.toWellFormed().normalize('NFC').trim()
  if (tidy !== '' && tidy.length <= 100 && !/\p{Cc}/u.test(tidy)) return tidy
  throw new InvalidInput('a display name has 1 to 100 characters and none that control a terminal', {
    field: 'displayName',
  })
}

/** @throws InvalidInput */
export function checkRole(role: Role): Role {
  return oneOf('role', ROLES, role)
}

/** @throws InvalidInput */
export function checkLanguage(language: Language): Language {
  return oneOf('language', LANGUAGES, language)
}

export function oneOf<T extends string>(field: string, known: readonly T[], value: string): T {
  const found = known.find(each => each === value)
  if (found !== undefined) return found
  throw new InvalidInput(`“${value.slice(0, 40)}” is no ${field}`, {
    field,
    hint: `Choose one of ${known.join(', ')}.`,
  })
}
