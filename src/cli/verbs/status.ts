import { drawService, drawStatus } from '../draw/status.ts'
import { askAbout } from '../session.ts'
import { given, verb } from '../verb.ts'

export const status = verb({
  name: 'status',
  group: 'Look',
  about: 'Shows every service with its traffic and release, what is wrong first.',
  args: { service: given('SERVICE', 'only this one, with its instances', 'service') },
  examples: ['shipwatch status', 'shipwatch status order --json'],
  async run(session, { service }) {
    const client = await session.connect()
    const nowMs = session.clock.now()
    if (service === undefined) {
      session.answer(await client.status(), (view, look) => drawStatus(view, nowMs, look))
    } else {
      const view = await askAbout(client, service, () => client.service(service))
      session.answer(view, (view, look) => drawService(view, nowMs, look))
    }
    return 0
  },
})
