import {
  type Client,
  type EntryQuery,
  type EntryView,
  HubUnreachable,
  Refused,
  type VerifyView,
} from '../../client/index.ts'
import { messageOf } from '../../kernel/index.ts'
import { drawEntries } from '../draw/entries.ts'
import { EXIT, Interrupted, Misuse } from '../fault.ts'
import { momentAt, readCount, readMoment } from '../read.ts'
import type { Session } from '../session.ts'
import type { Look } from '../terminal/look.ts'
import { flag, given, verb } from '../verb.ts'
import { counted } from '../words.ts'

const MOST = 1_000
const USUALLY = 50
const TRY_AGAIN_MS = 1_000
const GIVE_UP_AFTER_MS = 120_000

export const logbook = verb({
  name: 'logbook',
  group: 'Look',
  about: 'Reads what happened, who did it, and why.',
  options: {
    service: given('SERVICE', 'only what is about it', 'service'),
    release: given('RELEASE', 'only what is about it', 'release'),
    kind: given('KIND', 'only this kind, or all that begin with it: release, release.promoted'),
    actor: given('ACTOR', 'only what this one did: hub, user/li'),
    since: given('WHEN', 'only since then: 2h ago, or 2026-11-21T03:22:00Z', undefined, readMoment),
    limit: given('N', `so many at most, the last ones (default: ${USUALLY})`, undefined, readCount(MOST)),
    follow: flag('go on with what is written from now on, until Ctrl-C'),
  },
  examples: ['shipwatch logbook --service order --since 2h', 'shipwatch logbook --kind release --follow --json'],
  async run(session, { since, limit = USUALLY, follow, ...rest }) {
    const client = await session.connect()
    const filter: EntryQuery = {
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
      ...(since === undefined ? {} : { since: momentAt(since, session.clock) }),
    }
    if (follow) return followEntries(session, client, filter, limit)
    session.answer(await client.entries({ ...filter, limit }), (entries, look) =>
      entries.length === 0 ? ['nothing is written about that'] : drawEntries(entries, look),
    )
    return 0
  },
})

/** Prints the last entries and each new one; goes on where it was when the hub was away for a while. */
async function followEntries(session: Session, client: Client, filter: EntryQuery, limit: number): Promise<number> {
  const { clock, io } = session
  const widths: number[] = []
  const print = (entries: readonly EntryView[]): void => {
    if (session.json) for (const entry of entries) session.printJson(entry)
    else session.print(drawEntries(entries, session.look, widths))
  }
  // Asked first: what is written while the page is on its way is then read twice rather than not at all.
  const [end] = await client.entries({ limit: 1 })
  const page = await client.entries({ ...filter, limit })
  print(page)
  let afterSeq = Math.max(end?.seq ?? 0, page.at(-1)?.seq ?? 0)
  let heardMs = clock.elapsed()
  let away = false
  for (;;) {
    try {
      for await (const entry of client.follow({ ...filter, afterSeq }, io.signal)) {
        afterSeq = entry.seq
        heardMs = clock.elapsed()
        away = false
        print([entry])
      }
      throw new Interrupted('stopped')
    } catch (error) {
      if (io.signal.aborted) return EXIT.interrupted
      const passes = error instanceof HubUnreachable || (error instanceof Refused && error.status >= 500)
      if (!passes) throw error
      // An empty answer after a long wait is also one: only silence since the first failure counts.
      if (!away) heardMs = clock.elapsed()
      if (clock.elapsed() - heardMs >= GIVE_UP_AFTER_MS) throw error
      if (!away) session.remark(`${messageOf(error)}; trying again`)
      away = true
      await clock.sleep(TRY_AGAIN_MS, io.signal)
    }
  }
}

export const verify = verb({
  name: 'logbook verify',
  group: 'Look',
  about: 'Proves that nothing in the logbook was changed since it was written.',
  more: ['Exit code 0: intact; 1: changed, and where. Keep what it prints elsewhere, and give it as --anchor later.'],
  options: { anchor: given('SEQ:HASH', 'where the logbook ended when it was verified before', undefined, readAnchor) },
  examples: ['shipwatch logbook verify'],
  async run(session, { anchor }) {
    const client = await session.connect()
    const found = await client.verify(anchor)
    session.answer(found, drawVerification)
    return found.intact ? EXIT.ok : EXIT.lost
  },
})

function readAnchor(typed: string): string {
  if (/^\d{1,15}:[0-9a-f]{64}$/.test(typed)) return typed
  throw new Misuse(`“${typed}” is no anchor`, { hint: 'Give what an earlier verify printed: SEQ:HASH.' })
}

function drawVerification({ intact, entries, head, fault }: VerifyView, { paint }: Look): string[] {
  const anchor = `anchor ${head.seq}:${head.hash}`
  if (intact) return [paint.green(`intact: ${entries} ${entries === 1 ? 'entry' : 'entries'}`), anchor]
  const where = fault ? `entry ${fault.seq}: ${fault.what}` : 'it does not say where'
  return [paint.red(`changed: ${where}`), `${counted(entries, 'line')} stood before it as they were written`, anchor]
}
