import { Scope } from '../../client/index.ts'
import { drawTokens } from '../draw/access.ts'
import { readLifetime, readOneOf } from '../read.ts'
import { given, needed, type Verb, verb } from '../verb.ts'
import { localTime, timeOf } from '../words.ts'

const SCOPES = Scope.options

function listVerb(name: string): Verb {
  return verb({
    name,
    group: 'Access',
    about: 'Lists the tokens of programs: what each may do, until when, and when it was last used.',
    examples: [`shipwatch ${name}`],
    async run(session) {
      const client = await session.connect()
      session.answer(await client.tokens(), drawTokens)
      return 0
    },
  })
}

export const token = listVerb('token')
export const tokenList = listVerb('token list')

export const tokenCreate = verb({
  name: 'token create',
  group: 'Access',
  about: 'Makes a token for a program, and prints it this once.',
  more: [
    'read: see everything; release: also deploy, promote, pause and roll back; admin: also manage people and tokens.',
    'On the hub’s own machine it belongs to nobody, and stays until it expires or is revoked.',
  ],
  args: { name: needed('NAME', 'what uses it; the logbook will call it token/NAME') },
  options: {
    scope: needed('SCOPE', `what it may do: ${SCOPES.join(', ')}`, SCOPES, readOneOf(...SCOPES)),
    expires: given('AFTER', 'how long it lives: 30d, 365d at most, or never (default: 90d)', ['never'], readLifetime),
  },
  examples: [
    'shipwatch token create ci --scope release --expires 90d',
    'SHIPWATCH_TOKEN=$(shipwatch token create screen --scope read --expires never)',
  ],
  async run(session, { name, scope, expires }) {
    const client = await session.connect()
    const lifetime = expires === undefined ? {} : { lifetime: expires }
    const made = await client.createToken({ name, scopes: [scope], ...lifetime })
    // The token alone, so that a script can take it as it is.
    session.answer(made, ({ text }) => [text])
    const { expiresAt } = made.token
    const until = expiresAt === null ? 'does not expire' : `expires ${localTime(timeOf(expiresAt), session.look)}`
    session.remark(`token/${name} may ${scope}, ${until}; it is shown this once`)
    return 0
  },
})

export const tokenRevoke = verb({
  name: 'token revoke',
  group: 'Access',
  about: 'Takes a token back: it is worth nothing from now on.',
  args: { name: needed('NAME', 'as shipwatch token lists it', 'token') },
  examples: ['shipwatch token revoke ci'],
  async run(session, { name }) {
    const client = await session.connect()
    await client.revokeToken(name)
    session.answer({ revoked: name }, ({ revoked }) => [`token/${revoked} is revoked`])
    return 0
  },
})
