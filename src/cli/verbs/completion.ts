import type { Client, DeliveryView } from '../../client/index.ts'
import { bashScript } from '../completion/bash.ts'
import { fishScript } from '../completion/fish.ts'
import { KINDS, type Kind } from '../completion/offers.ts'
import { zshScript } from '../completion/zsh.ts'
import { readOneOf } from '../read.ts'
import type { Session } from '../session.ts'
import { given, needed, type Verb, verb } from '../verb.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const
const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const

/** The verb that prints a shell's completion, generated from the table that it stands in. */
export function completion(verbs: () => readonly Verb[]): Verb {
  return verb({
    name: 'completion',
    group: 'Else',
    about: 'Prints a script that completes verbs, options and names in your shell.',
    args: {
      shell: needed('SHELL', SHELLS.join(', '), SHELLS, readOneOf(...SHELLS)),
    },
    examples: [
      'source <(shipwatch completion bash)',
      'source <(shipwatch completion zsh)',
      'shipwatch completion fish | source',
    ],
    async run(session, { shell }) {
      const script = SCRIPTS[shell](verbs())
      if (session.json) session.printJson({ shell, script })
      else session.io.stdout.write(script)
      return 0
    },
  })
}

/** A person waits with a finger on the tab key. */
const ANSWER_WITHIN_MS = 800
const MOST_RELEASES = 50
const MOST_DELIVERIES = 50

/** Prints names for a shell, one a line; nothing at all when the hub does not answer at once. */
export const complete = verb({
  name: '__complete',
  group: 'hidden',
  about: 'Prints the names that the hub knows, for a shell.',
  args: {
    kind: needed('KIND', KINDS.join(', ')),
    service: given('SERVICE', 'whose versions'),
  },
  examples: ['shipwatch __complete service'],
  async run(session, { kind, service }) {
    if (!(KINDS as readonly string[]).includes(kind)) return 0
    const late = Promise.withResolvers<readonly string[]>()
    const cancel = session.clock.after(ANSWER_WITHIN_MS, () => late.resolve([]))
    const asked = namesOf(session, kind as Kind, service).catch((): readonly string[] => []) // a shell wants no explanation
    const names = await Promise.race([asked, late.promise])
    cancel()
    session.print(names)
    return 0
  },
})

async function namesOf(session: Session, kind: Kind, service: string | undefined): Promise<readonly string[]> {
  const client = await session.connect()
  switch (kind) {
    case 'service':
      return services(client)
    case 'release':
      return releases(client)
    case 'target':
      return (await Promise.all([services(client), releases(client)])).flat()
    case 'user':
      return (await client.users()).map(({ name }) => name)
    case 'token':
      return (await client.tokens()).map(({ name }) => name)
    case 'channel':
      return (await client.channels()).map(({ name }) => name)
    case 'receiver':
      return [...new Set((await deliveries(client)).map(({ receiver }) => receiver))]
    case 'delivery':
      return (await deliveries(client)).map(({ id }) => id)
    case 'version': {
      const found = await client.releases({ ...(service ? { service } : {}), limit: MOST_RELEASES })
      return [...new Set(found.map(({ version }) => version))]
    }
  }
}

async function services(client: Client): Promise<string[]> {
  return (await client.status()).services.map(({ name }) => name)
}

async function releases(client: Client): Promise<string[]> {
  return (await client.releases({ limit: MOST_RELEASES })).map(({ id }) => id)
}

function deliveries(client: Client): Promise<readonly DeliveryView[]> {
  return client.deliveries({ limit: MOST_DELIVERIES })
}
