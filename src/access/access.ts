import type { Store } from '../store/index.ts'
import { type Authenticate, makeAuthenticate } from './authenticate.ts'
import { type Hasher, makeHasher } from './passwords/hasher.ts'
import { makeSessions, type Sessions } from './sessions/sessions.ts'
import { makeSignIn, type SignIn } from './sign-in/sign-in.ts'
import { makeTokens, type Tokens } from './tokens/tokens.ts'
import { makeUsers, type Users } from './users/users.ts'

/** Who may do what. Whatever changes it checks for itself that whoever asks may do so. */
export interface Access extends SignIn {
  /** @throws Denied when it is not known who asks */
  readonly authenticate: Authenticate
  readonly users: Users
  readonly sessions: Sessions
  readonly tokens: Tokens
}

export interface AccessOptions {
  readonly store: Store
  /** The token of the data folder: who shows it is the administrator of the hub's machine. */
  readonly localToken?: string | undefined
  /** Told of failures that stop nobody. */
  readonly trouble?: (error: unknown) => void
  readonly hasher?: Hasher
}

export function makeAccess({ store, localToken, trouble = () => {}, hasher = makeHasher() }: AccessOptions): Access {
  return {
    ...makeSignIn({ store, hasher }),
    authenticate: makeAuthenticate({ store, localToken, trouble }),
    users: makeUsers({ store, hasher }),
    sessions: makeSessions({ store }),
    tokens: makeTokens({ store }),
  }
}
