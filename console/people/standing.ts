import type { Shape, Tone } from '../design/icons.tsx'
import type { Role, UserChangeBody, UserView } from '../hub/contract.ts'
import type { Key, Say } from '../language/language.tsx'
import { ROLE_WORDS } from '../session/session.ts'

/** Languages in their own names, which do not change with the reader's. */
export const LANGUAGE_NAMES = { en: 'English', zh: '中文' } as const

export const ROLES = ['viewer', 'releaser', 'admin'] as const satisfies readonly Role[]

export const roleOptions = (say: Say) => ROLES.map(value => ({ value, label: say(ROLE_WORDS[value]) }))

/** How somebody stands: whether they get in, and whether they ever did. */
export function standingOf({ disabled, mustChangePassword }: Pick<UserView, 'disabled' | 'mustChangePassword'>): {
  readonly shape: Shape
  readonly tone: Tone
  readonly word: Key
} {
  if (disabled) return { shape: 'bad', tone: 'bad', word: 'people.isDisabled' }
  if (mustChangePassword) return { shape: 'waiting', tone: 'warn', word: 'people.isNew' }
  return { shape: 'good', tone: 'good', word: 'people.isActive' }
}

export interface UserForm {
  readonly name: string
  readonly displayName: string
  readonly role: Role
  readonly language: 'en' | 'zh' | ''
}

export const formOf = ({ name, displayName, role, language }: UserView): UserForm => ({
  name,
  displayName,
  role,
  language: language ?? '',
})

/** What a form changes, and nothing that it leaves alone: somebody else may have changed that meanwhile. */
export function changeOf(user: UserView, form: UserForm): UserChangeBody {
  const name = form.name.trim()
  const displayName = form.displayName.trim()
  return {
    ...(name === user.name ? {} : { name }),
    ...(displayName === user.displayName ? {} : { displayName }),
    ...(form.role === user.role ? {} : { role: form.role }),
    ...(form.language === '' || form.language === user.language ? {} : { language: form.language }),
  }
}

/** What a role lets somebody do, and what taking a new one means. */
export function roleMeans(role: Role, before: Role | undefined, say: Say): readonly string[] {
  const means = { viewer: 'role.viewerMeans', releaser: 'role.releaserMeans', admin: 'role.adminMeans' } as const
  return [say(means[role]), ...(before !== undefined && before !== role ? [say('role.signsOut')] : [])]
}
