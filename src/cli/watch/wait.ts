import { type Client, type EntryView, HubUnreachable, Refused, type ReleaseView } from '../../client/index.ts'
import { messageOf, roughDuration } from '../../kernel/index.ts'
import { EXIT, Interrupted, NotSettled } from '../fault.ts'
import type { Session } from '../session.ts'
import { orStopped } from '../stopping.ts'
import { canRedraw } from '../terminal/look.ts'
import { type Aim, endingLines, exitCodeFor, settled } from './ending.ts'
import { type Sight, viewerFor } from './viewer.ts'

export interface WaitOptions {
  readonly aim: Aim
  /** Gives up then; as long as it takes when absent. */
  readonly timeoutMs: number | undefined
}

const LOOK_EVERY_MS = 500
const TRY_AGAIN_MS = 1_000
/** A hub that takes longer than this to say how a release is counts as away. */
const ANSWER_WITHIN_MS = 3_000
/** A hub restarts within seconds; one that is away for longer needs somebody. */
const GIVE_UP_AFTER_MS = 120_000
const ENTRIES = 8

/**
 * Watches a release until it is settled, and resolves with the exit code. Only watching ends when somebody
 * presses Ctrl-C or the time is over: the release goes on.
 */
export async function waitFor(
  session: Session,
  client: Client,
  first: ReleaseView,
  options: WaitOptions,
): Promise<number> {
  const viewer = viewerFor(session)
  try {
    const release = await watch(session, client, first, options, sight => viewer.show(sight))
    viewer.close()
    const pictured = canRedraw(session.io)
    if (!session.json) session.print([...(pictured ? [''] : []), ...endingLines(release, { whySaid: pictured })])
    return exitCodeFor(release, options.aim)
  } catch (error) {
    viewer.close()
    if (error instanceof Interrupted) {
      session.remark('', ...afterwards(first))
      return EXIT.interrupted
    }
    throw error
  }
}

async function watch(
  session: Session,
  client: Client,
  first: ReleaseView,
  { aim, timeoutMs }: WaitOptions,
  show: (sight: Sight) => void,
): Promise<ReleaseView> {
  const { clock, io } = session
  const begunMs = clock.elapsed()
  let seen: Seen = { release: first, entries: [] }
  let away: { readonly sinceMs: number; readonly why: string } | undefined
  for (;;) {
    const elapsedMs = clock.elapsed() - begunMs
    const awayNow = away ? { away: { forMs: clock.elapsed() - away.sinceMs, why: away.why } } : {}
    show({ ...seen, ...awayNow, nowMs: clock.now(), elapsedMs })
    if (!away && settled(seen.release, aim)) return seen.release
    const late = timeoutMs !== undefined && elapsedMs >= timeoutMs
    if (away && (late || clock.elapsed() - away.sinceMs >= GIVE_UP_AFTER_MS)) throw lost(seen.release, away.why)
    if (late) throw notSettled(seen.release, timeoutMs)
    await orStopped(clock.sleep(away ? TRY_AGAIN_MS : LOOK_EVERY_MS, io.signal), io.signal)
    try {
      seen = await orStopped(lookAt(session, client, first.id), io.signal)
      away = undefined
    } catch (error) {
      if (!isAway(error)) throw error
      away = { sinceMs: away?.sinceMs ?? clock.elapsed(), why: messageOf(error) }
    }
  }
}

interface Seen {
  readonly release: ReleaseView
  readonly entries: readonly EntryView[]
}

/** How the release is now, and what was written about it last. */
async function lookAt({ clock }: Session, client: Client, id: string): Promise<Seen> {
  const looking = Promise.all([client.release(id), client.entries({ release: id, limit: ENTRIES })])
  const late = Promise.withResolvers<never>()
  const cancel = clock.after(ANSWER_WITHIN_MS, () => {
    late.reject(new HubUnreachable(`the hub did not answer within ${roughDuration(ANSWER_WITHIN_MS)}`))
  })
  try {
    const [release, entries] = await Promise.race([looking, late.promise])
    return { release, entries }
  } finally {
    cancel()
  }
}

/** A hub that restarts, or waits for its store, is away; one that refuses is not. */
function isAway(error: unknown): boolean {
  return error instanceof HubUnreachable || (error instanceof Refused && error.status >= 500)
}

function lost({ id, service, version, phase }: ReleaseView, why: string): HubUnreachable {
  return new HubUnreachable(`gave up watching ${service} ${version}, last seen ${phase}: ${why}`, {
    hint: `The traffic stays as it is until the hub is back; then: shipwatch show ${id} --wait`,
  })
}

function notSettled({ id, service, version, phase }: ReleaseView, timeoutMs: number): NotSettled {
  return new NotSettled(`${service} ${version} is still ${phase} after ${roughDuration(timeoutMs)}`, {
    field: '--timeout',
    hint: `It goes on. Watch it: shipwatch show ${id} --wait; take it back: shipwatch rollback ${service}`,
  })
}

function afterwards({ id, service, version }: ReleaseView): string[] {
  return [
    `No longer watching. The release of ${service} ${version} goes on.`,
    `  watch it again:  shipwatch show ${id} --wait`,
    `  take it back:    shipwatch rollback ${service}`,
  ]
}
