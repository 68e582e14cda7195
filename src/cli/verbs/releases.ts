import { drawReleases } from '../draw/releases.ts'
import { readCount } from '../read.ts'
import { askAbout } from '../session.ts'
import { given, verb } from '../verb.ts'

const MOST = 500
const USUALLY = 20

export const releases = verb({
  name: 'releases',
  group: 'Look',
  about: 'Lists releases with how they ended, newest first.',
  args: { service: given('SERVICE', 'only those of this service', 'service') },
  options: {
    limit: given('N', `so many at most (default: ${USUALLY})`, undefined, readCount(MOST)),
    before: given('RELEASE', 'only those that are older than this one', 'release'),
  },
  examples: ['shipwatch releases order', 'shipwatch releases --limit 100 --json'],
  async run(session, { service, limit = USUALLY, before }) {
    const client = await session.connect()
    // Of a service that does not exist there would be no releases either, and nobody would notice the slip.
    if (service !== undefined) await askAbout(client, service, () => client.service(service))
    const query = { ...(service === undefined ? {} : { service }), ...(before === undefined ? {} : { before }), limit }
    session.answer(await client.releases(query), drawReleases)
    return 0
  },
})
