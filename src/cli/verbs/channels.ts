import { drawChannels } from '../draw/channels.ts'
import { drawTest } from '../draw/deliveries.ts'
import { EXIT, Interrupted } from '../fault.ts'
import { needed, verb } from '../verb.ts'
import { withProgress } from '../watch/progress.ts'

export const channels = verb({
  name: 'channels',
  group: 'Look',
  about: 'Lists the channels over which people are told, and how each of them does.',
  more: [
    'STATE: works; untried: nothing was sent yet; unsteady: the last attempt failed; failing: three in a row did, or one was refused for good; silent: no heartbeat got through in time; resting: its provider takes nothing at the moment.',
  ],
  examples: ['shipwatch channels', 'shipwatch channels --json'],
  async run(session) {
    const client = await session.connect()
    session.answer(await client.channels(), (found, look) => drawChannels(found, session.clock.now(), look))
    return EXIT.ok
  },
})

export const channelsTest = verb({
  name: 'channels test',
  group: 'Look',
  about: 'Sends a test over a channel, once, and shows what its provider answered.',
  more: [
    'People see it. Exit codes: 0 taken; 1 not taken, and the lines say why; 4 not sent, since the provider takes nothing at the moment, or no hub answers.',
  ],
  args: { name: needed('NAME', 'as shipwatch channels lists it', 'channel') },
  examples: ['shipwatch channels test ops'],
  async run(session, { name }) {
    const client = await session.connect()
    try {
      const asking = client.testChannel(name)
      const told = await withProgress(session, `sending a test over ${name}, and waiting for the answer`, asking)
      session.answer(told, drawTest)
      session.remark(`all of it: shipwatch deliveries show ${told.id}`)
      return told.state === 'sent' ? EXIT.ok : EXIT.lost
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
      session.remark('No longer waiting. It may have been sent: shipwatch deliveries')
      return EXIT.interrupted
    }
  },
})
