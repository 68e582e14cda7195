import type { Order } from '../../client/index.ts'
import { phaseWords, titleOf } from '../draw/stages.ts'
import { askAbout } from '../session.ts'
import { given, needed, type Verb, verb } from '../verb.ts'

function orderVerb(name: Exclude<Order, 'rollback'>, about: string, example: string): Verb {
  return verb({
    name,
    group: 'Release',
    about,
    args: {
      target: needed('RELEASE|SERVICE', "a release's id, or a service for the release under way there", 'target'),
    },
    options: { note: given('TEXT', 'why, for the logbook') },
    examples: [example],
    async run(session, { target, note }) {
      const client = await session.connect()
      const release = await askAbout(client, target, () => client.order(target, name, note))
      session.answer(release, (release, look) => [
        `${titleOf(release, look)}, ${release.id}: ${phaseWords(release, session.clock.now())}`,
      ])
      return 0
    },
  })
}

export const promote = orderVerb(
  'promote',
  'Gives the new version all traffic now, without waiting for the verdict.',
  'shipwatch promote order --note "seen by hand"',
)
export const pause = orderVerb(
  'pause',
  'Holds a release where it is; a bad verdict still takes it back.',
  'shipwatch pause order --note "until support is told"',
)
export const resume = orderVerb(
  'resume',
  'Lets a held release go on; where its comparison is in doubt, you answer for that.',
  'shipwatch resume order',
)
export const rearm = orderVerb(
  'rearm',
  'Begins a comparison in doubt anew, so that its verdicts act by themselves again.',
  'shipwatch rearm order --note "restarted the slow instance"',
)
