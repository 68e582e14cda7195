import { type Client, Language, Role, type UserView, type UserWithPassword } from '../../client/index.ts'
import { drawUsers } from '../draw/access.ts'
import { Misuse } from '../fault.ts'
import { readOneOf } from '../read.ts'
import type { Session } from '../session.ts'
import { given, needed, type Verb, verb } from '../verb.ts'

const ROLES = Role.options
const LANGUAGES = Language.options

function listVerb(name: string): Verb {
  return verb({
    name,
    group: 'Access',
    about: 'Lists the people who may sign in, with their roles.',
    examples: [`shipwatch ${name}`],
    async run(session) {
      const client = await session.connect()
      session.answer(await client.users(), drawUsers)
      return 0
    },
  })
}

export const user = listVerb('user')
export const userList = listVerb('user list')

export const userAdd = verb({
  name: 'user add',
  group: 'Access',
  about: 'Lets somebody sign in, and prints a password that they use once.',
  more: ['viewer: see everything; releaser: also deploy, promote, pause and roll back; admin: also manage people.'],
  args: { name: needed('NAME', 'what they sign in with; the logbook will call them user/NAME') },
  options: {
    role: needed('ROLE', `what they may do: ${ROLES.join(', ')}`, ROLES, readOneOf(...ROLES)),
    displayName: given('TEXT', 'what others read (default: NAME)'),
    language: given('LANGUAGE', 'of the console for them: en or zh', LANGUAGES, readOneOf(...LANGUAGES)),
  },
  examples: ['shipwatch user add li --role releaser --display-name "李雷" --language zh'],
  async run(session, { name, role, displayName, language }) {
    const client = await session.connect()
    const more = { ...(displayName ? { displayName } : {}), ...(language ? { language } : {}) }
    return answerWithPassword(session, await client.createUser({ name, role, ...more }))
  },
})

export const userChange = verb({
  name: 'user change',
  group: 'Access',
  about: 'Changes what somebody may do or is called; a new role signs them out.',
  args: { name: needed('NAME', 'what they sign in with', 'user') },
  options: {
    role: given('ROLE', `what they may do: ${ROLES.join(', ')}`, ROLES, readOneOf(...ROLES)),
    displayName: given('TEXT', 'what others read'),
    language: given('LANGUAGE', 'of the console for them: en or zh', LANGUAGES, readOneOf(...LANGUAGES)),
  },
  examples: ['shipwatch user change li --role admin'],
  async run(session, { name, ...wanted }) {
    const change = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
    if (Object.keys(change).length === 0) {
      throw new Misuse('nothing to change', { hint: 'Give --role, --display-name or --language.' })
    }
    const client = await session.connect()
    session.answer(await client.changeUser(name, change), (user, look) => drawUsers([user], look))
    return 0
  },
})

function standingVerb(
  word: 'disable' | 'enable',
  about: string,
  done: string,
  order: (client: Client, name: string) => Promise<UserView>,
): Verb {
  return verb({
    name: `user ${word}`,
    group: 'Access',
    about,
    args: { name: needed('NAME', 'what they sign in with', 'user') },
    examples: [`shipwatch user ${word} li`],
    async run(session, { name }) {
      const client = await session.connect()
      session.answer(await order(client, name), user => [`user/${user.name} ${done}`])
      return 0
    },
  })
}

export const userDisable = standingVerb(
  'disable',
  'Keeps somebody out: their sessions end, and their tokens are void.',
  'is disabled: signed out everywhere, and their tokens are void',
  (client, name) => client.disableUser(name),
)
export const userEnable = standingVerb('enable', 'Lets somebody in again.', 'may sign in again', (client, name) =>
  client.enableUser(name),
)

export const userResetPassword = verb({
  name: 'user reset-password',
  group: 'Access',
  about: 'Prints a new password that somebody uses once, and signs them out everywhere.',
  more: ['On the hub’s own machine this also helps where no administrator can sign in any more.'],
  args: { name: needed('NAME', 'what they sign in with', 'user') },
  examples: ['shipwatch user reset-password admin'],
  async run(session, { name }) {
    const client = await session.connect()
    return answerWithPassword(session, await client.resetPassword(name))
  },
})

/** The password alone, so that a script can take it as it is. */
function answerWithPassword(session: Session, made: UserWithPassword): number {
  session.answer(made, ({ password }) => [password])
  session.remark(`the one-time password of user/${made.user.name}; it is shown this once`)
  return 0
}
