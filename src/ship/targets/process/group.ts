import type { Clock } from '../../../kernel/index.ts'
import { isAlive, readBootId, readStat, type Seen, type Stat, survey } from './proc.ts'

/** One process, told from every other that had or will have its pid. */
export interface Leader {
  readonly pid: number
  readonly startTicks: number
  readonly bootId: string
}

/** What is known of an instance's processes: its id, which they all carry in their environment, and the first of them. */
export interface Whose {
  readonly instanceId: string
  readonly leader?: Leader | undefined
}

/** Remembers who leads a group that was started just now; `undefined` when it is already gone. */
export function identify(pid: number): Leader | undefined {
  const stat = readStat(pid)
  return stat && { pid, startTicks: stat.startTicks, bootId: readBootId() }
}

/** Whether exactly this process still runs. */
export function runs(leader: Leader): boolean {
  return isSame(leader, readStat(leader.pid)) && readBootId() === leader.bootId
}

/** The process that an instance was started as, among all that were seen: the first that leads a group of its own. */
export function leaderIn(seen: readonly Seen[], instanceId: string): Leader | undefined {
  const [first] = seen
    .filter(({ mark, pid, groupId }) => mark === instanceId && pid === groupId)
    .toSorted((a, b) => a.startTicks - b.startTicks)
  return first && { pid: first.pid, startTicks: first.startTicks, bootId: readBootId() }
}

/**
 * The processes of an instance: all that carry its mark, and all of its group. The group is believed
 * to be its own only while its leader is the process that was started, or a member carries the mark:
 * a pid, and with it the number of a group, may since belong to somebody else.
 */
export function membersIn(seen: readonly Seen[], { instanceId, leader }: Whose): readonly Seen[] {
  const ours =
    leader !== undefined &&
    readBootId() === leader.bootId &&
    seen.some(one => isSame(leader, one) || (one.groupId === leader.pid && one.mark === instanceId))
  return seen.filter(one => one.mark === instanceId || (ours && one.groupId === leader.pid))
}

/** Carries out `kill(2)`; a parameter, so that a test can see that nobody else was signalled. */
export type Kill = (pid: number, signal: NodeJS.Signals) => void

export const systemKill: Kill = (pid, signal) => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // Gone since it was looked at: what was wanted. One that may not be signalled shows as one that stays.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error
  }
}

/** How often a stopping instance is looked at. */
const LOOK_EVERY_MS = 20
/** After SIGKILL only a process stuck in the kernel is still there; then it is said, not waited for. */
const KILL_TAKES_MS = 5_000

export type Ended =
  | { readonly ok: true; readonly killed: boolean }
  | { readonly ok: false; readonly left: readonly number[] }

/**
 * Ends all processes of an instance: SIGTERM, then SIGKILL to what is left after `graceMs`. Resolves
 * when none is left.
 */
export async function endInstance(whose: Whose, graceMs: number, how: Ending): Promise<Ended> {
  const known = new Map<number, Stat>()
  const { kill = systemKill } = how
  if ((await signal(whose, 'SIGTERM', known, kill)) === 0) return { ok: true, killed: false }
  how.signalled?.()
  if (await goneWithin(whose, graceMs, known, how)) return { ok: true, killed: false }
  await signal(whose, 'SIGKILL', known, kill)
  if (await goneWithin(whose, KILL_TAKES_MS, known, how)) return { ok: true, killed: true }
  return { ok: false, left: left(known).map(stat => stat.pid) }
}

export interface Ending {
  readonly clock: Clock
  readonly kill?: Kill
  /** Called when SIGTERM is out. */
  readonly signalled?: () => void
  /** Stops waiting, with the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * Signals an instance and nothing else. Each process is looked at again right before its signal,
 * without giving up the processor in between; a pid that was used again fails the look. Processes that
 * were once seen to belong to it stay `known` when their group has lost all proof of whose it is.
 */
async function signal(whose: Whose, name: NodeJS.Signals, known: Map<number, Stat>, kill: Kill): Promise<number> {
  for (const member of membersIn(await survey(), whose)) known.set(member.pid, member)
  const present = left(known)
  const groupId = whose.leader?.pid
  // A live process that is verified to be ours keeps the number of its group from being used again.
  const inGroup = present.filter(stat => stat.groupId === groupId)
  if (groupId !== undefined && inGroup.length > 0) kill(-groupId, name)
  for (const stat of present) if (!inGroup.includes(stat)) kill(stat.pid, name)
  return present.length
}

async function goneWithin(whose: Whose, withinMs: number, known: Map<number, Stat>, how: Ending): Promise<boolean> {
  const { clock } = how
  const untilMs = clock.elapsed() + withinMs
  for (;;) {
    // Those that are known cost a file each; only when they are gone are all processes searched for new ones.
    if (left(known).length === 0) {
      for (const member of membersIn(await survey(), whose)) known.set(member.pid, member)
      if (left(known).length === 0) return true
    }
    if (clock.elapsed() >= untilMs) return false
    await clock.sleep(LOOK_EVERY_MS, how.signal)
  }
}

function left(known: ReadonlyMap<number, Stat>): readonly Stat[] {
  const present: Stat[] = []
  for (const stat of known.values()) {
    const now = readStat(stat.pid)
    if (now && isSame(stat, now)) present.push(now)
  }
  return present
}

function isSame(known: { readonly pid: number; readonly startTicks: number }, now: Stat | undefined): boolean {
  return isAlive(now) && now.pid === known.pid && now.startTicks === known.startTicks
}
