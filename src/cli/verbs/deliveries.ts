import { type Client, type DeliveryQuery, DeliveryStateView } from '../../client/index.ts'
import { didYouMean, NotFound } from '../../kernel/index.ts'
import { drawDeliveries, drawDelivery } from '../draw/deliveries.ts'
import { readCount, readOneOf } from '../read.ts'
import { askAbout } from '../session.ts'
import { given, needed, verb } from '../verb.ts'

const MOST = 500
const USUALLY = 20
const STATES = DeliveryStateView.options

export const deliveries = verb({
  name: 'deliveries',
  group: 'Look',
  about: 'Lists what was said to people, and what became of it, newest first.',
  more: [
    'A delivery is one notice on its way to one receiver. It is waiting or sending; and then sent, merged into a digest, given-up when no channel took it, or dropped when nobody is configured to hear it any more. What is over is kept for 30 days.',
  ],
  options: {
    release: given('RELEASE|SERVICE', 'only of this release, or of the newest one of a service', 'target'),
    receiver: given('RECEIVER', 'only to this one', 'receiver'),
    channel: given('CHANNEL', 'only over this one', 'channel'),
    state: given('STATE', STATES.join(', '), STATES, readOneOf(...STATES)),
    limit: given('N', `so many at most (default: ${USUALLY})`, undefined, readCount(MOST)),
    before: given('DELIVERY', 'only those that are older than this one', 'delivery'),
  },
  examples: ['shipwatch deliveries --release order', 'shipwatch deliveries --state given-up --limit 100 --json'],
  async run(session, { release, limit = USUALLY, ...rest }) {
    const client = await session.connect()
    const query: DeliveryQuery = {
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
      ...(release === undefined ? {} : { release: await releaseId(client, release) }),
      limit,
    }
    const found = await client.deliveries(query)
    if (found.length === 0 && rest.channel !== undefined) await checkChannel(client, rest.channel)
    session.answer(found, (_, look) => drawDeliveries(found, session.clock.now(), look))
    return 0
  },
})

/** Of a release that does not exist there would be nothing either, and nobody would notice the slip. */
async function releaseId(client: Client, target: string): Promise<string> {
  return (await askAbout(client, target, () => client.release(target))).id
}

/** One that is configured no more may have been spoken over; one that never was is a slip. */
async function checkChannel(client: Client, name: string): Promise<void> {
  const known = (await client.channels()).map(channel => channel.name)
  if (known.includes(name)) return
  throw new NotFound(`nothing was said over ${name}, and no such channel is configured${didYouMean(name, known)}`, {
    field: '--channel',
    hint: 'shipwatch channels lists them.',
  })
}

export const deliveriesShow = verb({
  name: 'deliveries show',
  group: 'Look',
  about: 'Shows one delivery with every attempt: the request, the reply, and the next try.',
  more: ['Secrets are hidden in request and reply.'],
  args: { delivery: needed('DELIVERY', 'as shipwatch deliveries lists it', 'delivery') },
  examples: ['shipwatch deliveries show dlv_01jd3k2m8r4zq0x7'],
  async run(session, { delivery }) {
    const client = await session.connect()
    const story = await client.delivery(delivery)
    session.answer(story, (_, look) => drawDelivery(story, session.clock.now(), look))
    return 0
  },
})
