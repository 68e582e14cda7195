import { readdirSync, readFileSync } from 'node:fs'
import { MARK } from './plan.ts'

/** What the kernel tells of a process, from `/proc/PID/stat` (proc(5)). */
export interface Stat {
  readonly pid: number
  readonly name: string
  readonly state: string
  readonly parentPid: number
  readonly groupId: number
  readonly threads: number
  /** Clock ticks from the machine's start to the process' start. With the boot id it tells a process from a later one of the same pid. */
  readonly startTicks: number
}

/** Reads a line of `/proc/PID/stat`. The name stands in parentheses and may itself contain any character. */
export function parseStat(line: string): Stat | undefined {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const rest = line
    .slice(close + 1)
    .trim()
    .split(/\s+/)
  const field = (number: number): number => Number(rest[number - 3]) // proc(5) counts from 1; state is field 3
  const stat = {
    pid: Number(line.slice(0, open)),
    name: line.slice(open + 1, close),
    state: rest[0] ?? '',
    parentPid: field(4),
    groupId: field(5),
    threads: field(20),
    startTicks: field(22),
  }
  return Number.isSafeInteger(stat.pid) && Number.isSafeInteger(stat.startTicks) ? stat : undefined
}

/** `undefined` when there is no such process. Synchronous, so that a signal can follow before anything else happens. */
export function readStat(pid: number): Stat | undefined {
  const line = readOrNothing(`/proc/${pid}/stat`)
  return line === undefined ? undefined : parseStat(line)
}

/**
 * A zombie is dead: it runs no more, it only waits for its parent to look. A process whose first
 * thread ended while others go on shows the same letter; it is told apart by its threads.
 */
export function isAlive(stat: Stat | undefined): stat is Stat {
  if (!stat) return false
  return (stat.state !== 'Z' && stat.state !== 'X') || stat.threads > 1
}

/** Changes with every start of the machine. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** The instance that a process was started for, by the environment it was started with; it cannot lose it. */
export function markOf(pid: number): string | undefined {
  const environ = readOrNothing(`/proc/${pid}/environ`)
  if (!environ) return undefined
  const prefix = `${MARK}=`
  for (const entry of environ.split('\0')) if (entry.startsWith(prefix)) return entry.slice(prefix.length)
  return undefined
}

/** The command line of a process for people, or its name when it has none. */
export function commandOf(pid: number): string {
  const line = readOrNothing(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim()
  return line ? line.slice(0, 200) : (readStat(pid)?.name ?? 'unknown')
}

/** How many processes are looked at before the event loop gets its turn; about a millisecond of work. */
const AT_A_TIME = 64

/** A live process, and the instance that it was started for, if any. */
export interface Seen extends Stat {
  readonly mark: string | undefined
}

/** All live processes of this machine. */
export async function survey(): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  let looked = 0
  for (const pid of pids()) {
    if (++looked % AT_A_TIME === 0) await turn()
    const stat = readStat(pid)
    if (isAlive(stat)) seen.push({ ...stat, mark: markOf(pid) })
  }
  return seen
}

export function pids(): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
}

export function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** A process may end between two looks, and others' may not be looked at: both are as if it were not there. */
function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
