import { formatDuration, messageOf } from '../../../kernel/index.ts'
import { membersIn, type Whose } from './group.ts'
import type { Plan } from './plan.ts'
import { questionInWords } from './probe.ts'
import { survey } from './proc.ts'
import { holderInWords, holderOf, portsOf } from './sockets.ts'
import type { Failure } from './surroundings.ts'
import { joinWords } from './words.ts'

/** What a failure is about: one version, one plan, one log. */
export interface Subject {
  readonly service: string
  readonly version: string
  readonly plan: Plan
  readonly port: number
  readonly logPath: string
}

/** The last lines of a log as the end of a reason: each on a line of its own. */
export function quote(lines: readonly string[]): string {
  if (lines.length === 0) return 'it wrote nothing'
  return `its last lines:\n${lines.map(line => `  ${line}`).join('\n')}`
}

export function crashLoop(subject: Subject, how: string, lines: readonly string[]): Failure {
  const { plan, service, version } = subject
  const { exits, withinMs } = plan.restart
  const times = exits === 1 ? '' : `ended ${exits} times within ${formatDuration(withinMs)}; the last time it `
  return {
    ok: false,
    kind: 'crash-loop',
    reason: `${service} ${version} ${times}${how}; ${quote(lines)}`,
    hint: byHand(subject),
  }
}

export function notReady(subject: Subject, waitedMs: number, last: string, lines: readonly string[]): Failure {
  const { plan, service, version, port } = subject
  const question = questionInWords({ port, http: plan.ready.http })
  return {
    ok: false,
    kind: 'not-ready',
    reason: `${service} ${version} was not ready within ${formatDuration(waitedMs)}: ${question}: ${last}; ${quote(lines)}`,
    hint: byHand(subject),
  }
}

export function cannotStart(subject: Subject, reason: string, hint: string): Failure {
  return {
    ok: false,
    kind: 'cannot-start',
    reason: `${subject.service} ${subject.version} cannot be started: ${reason}`,
    hint,
  }
}

export function cannotStop(subject: Subject, why: string): Failure {
  const { service, version } = subject
  const hint = 'A process that waits for a broken disk or network file system cannot be ended; repair that first.'
  return { ok: false, kind: 'cannot-stop', reason: `${service} ${version} was not stopped: ${why}`, hint }
}

/** Of a file that could not be written, with the one thing that is usually the matter. */
export function cannotWrite(error: unknown, folder: string): { readonly reason: string; readonly hint: string } {
  const full = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  if (full)
    return { reason: `the disk is full: nothing can be written to ${folder}`, hint: 'Free space there and try again.' }
  return {
    reason: `nothing can be written to ${folder}: ${messageOf(error)}`,
    hint: 'See that the folder exists and that this user may write to it.',
  }
}

/** What keeps a silent program from being ready, where the kernel knows more than the probe. */
export async function whyNot(whose: Whose, port: number, silence: string): Promise<string> {
  const members = membersIn(await survey(), whose).map(stat => stat.pid)
  const holder = await holderOf(port)
  if (holder?.pid !== undefined && !members.includes(holder.pid)) return holderInWords(port, holder)
  const elsewhere = portsOf(members).filter(other => other !== port)
  if (holder !== undefined || elsewhere.length === 0) return silence
  return `nothing listens on port ${port}, the one in PORT; the program listens on ${elsewhere.join(', ')} instead`
}

/** Whether somebody else answers on an instance's port. */
export async function stranger(whose: Whose, port: number): Promise<string | undefined> {
  const holder = await holderOf(port)
  if (holder?.pid === undefined) return undefined
  const ours = membersIn(await survey(), whose).some(stat => stat.pid === holder.pid)
  return ours ? undefined : holderInWords(port, holder)
}

function byHand({ plan, port, logPath }: Subject): string {
  const command = joinWords(plan.argv.map(word => word.replaceAll('{port}', String(port))))
  return `Whole log: ${logPath}. Try it by hand: cd ${joinWords([plan.cwd])} && PORT=${port} ${command}`
}
