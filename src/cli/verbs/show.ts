import type { Client, ReleaseView } from '../../client/index.ts'
import { NotFound } from '../../kernel/index.ts'
import { drawWhole } from '../draw/release.ts'
import { askAbout } from '../session.ts'
import { given, verb } from '../verb.ts'
import { waitFor } from '../watch/wait.ts'
import { WAIT_OPTIONS } from './deploy.ts'

const ENTRIES = 1_000

export const show = verb({
  name: 'show',
  group: 'Look',
  about: 'Shows all there is to know of a release: why it was decided so, and its timeline.',
  more: ['Exit codes with --wait are those of deploy --wait.'],
  args: {
    target: given(
      'RELEASE|SERVICE',
      "a release's id, or a service for its newest release; otherwise the newest",
      'target',
    ),
  },
  options: WAIT_OPTIONS,
  examples: ['shipwatch show order', 'shipwatch show order --wait'],
  async run(session, { target, wait, timeout }) {
    const client = await session.connect()
    const release =
      target === undefined ? await newest(client) : await askAbout(client, target, () => client.release(target))
    if (wait) return waitFor(session, client, release, { aim: 'promoted', timeoutMs: timeout })
    const timeline = await client.entries({ release: release.id, limit: ENTRIES })
    session.answer({ ...release, timeline }, (_, look) => drawWhole(release, timeline, session.clock.now(), look))
    return 0
  },
})

async function newest(client: Client): Promise<ReleaseView> {
  const [release] = await client.releases({ limit: 1 })
  if (release) return release
  throw new NotFound('there is no release yet', { hint: 'Make one: shipwatch deploy SERVICE --version V' })
}
