import { phaseWords, titleOf } from '../draw/stages.ts'
import { askAbout } from '../session.ts'
import { given, needed, verb } from '../verb.ts'
import { waitFor } from '../watch/wait.ts'
import { WAIT_OPTIONS } from './deploy.ts'

export const rollback = verb({
  name: 'rollback',
  group: 'Release',
  about: 'Takes back the release under way, or brings an earlier version back.',
  more: ['While the old version stands by this is a change of weights, and takes a second.'],
  args: { service: needed('SERVICE', 'a service of the configuration', 'service') },
  options: {
    to: given('V', 'the version to bring back; otherwise the one before', 'version'),
    note: given('TEXT', 'why, for the logbook'),
    ...WAIT_OPTIONS,
    wait: { ...WAIT_OPTIONS.wait, about: 'watch until the earlier version serves; exit code 0 then' },
  },
  examples: ['shipwatch rollback order --wait', 'shipwatch rollback order --to v1 --note "v2 loses coupons"'],
  async run(session, { service, to, note, wait, timeout }) {
    const client = await session.connect()
    const body = { ...(to === undefined ? {} : { to }), ...(note === undefined ? {} : { note }) }
    const release = await askAbout(client, service, () => client.rollBack(service, body))
    // The answer is the release that is taken back, or a new one that brings the version.
    const taken = release.outcome !== undefined && release.outcome.kind !== 'promoted'
    const aim = taken ? 'taken-back' : 'promoted'
    if (wait) return waitFor(session, client, release, { aim, timeoutMs: timeout })
    session.answer(release, (release, look) => [
      `${titleOf(release, look)}, ${release.id}: ${phaseWords(release, session.clock.now())}`,
    ])
    return 0
  },
})
