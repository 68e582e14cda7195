import { formatDuration, messageOf } from '../../../kernel/index.ts'
import { type ByHand, type Fault, faultInWords } from '../../obstacle.ts'
import { membersIn, type Whose } from './group.ts'
import type { Plan } from './plan.ts'
import { askedOf } from './probe.ts'
import { survey } from './proc.ts'
import { holderOf, portsOf, portTakenBy } from './sockets.ts'
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

export function crashLoop(subject: Subject, fault: Fault, lines: readonly string[]): Failure {
  const { plan, service, version } = subject
  const { exits, withinMs } = plan.restart
  const times = exits === 1 ? '' : `ended ${exits} times within ${formatDuration(withinMs)}; the last time it `
  return {
    ok: false,
    kind: 'crash-loop',
    reason: `${service} ${version} ${times}${faultInWords(fault)}; ${quote(lines)}`,
    because: { kind: 'crash-loop', service, version, times: exits, withinMs, fault, lines, byHand: byHand(subject) },
    hint: inWords(byHand(subject)),
  }
}

export function notReady(subject: Subject, waitedMs: number, fault: Fault, lines: readonly string[]): Failure {
  const { plan, service, version, port } = subject
  const { http } = plan.ready
  const asked = askedOf({ port, http })
  const question = `${http === undefined ? 'a connection to ' : ''}${asked}: ${faultInWords(fault)}`
  return {
    ok: false,
    kind: 'not-ready',
    reason: `${service} ${version} was not ready within ${formatDuration(waitedMs)}: ${question}; ${quote(lines)}`,
    because: { kind: 'not-ready', service, version, waitedMs, asked, fault, lines, byHand: byHand(subject) },
    hint: inWords(byHand(subject)),
  }
}

export function cannotStart({ service, version }: Subject, fault: Fault, hint: string): Failure {
  return {
    ok: false,
    kind: 'cannot-start',
    reason: `${service} ${version} cannot be started: ${faultInWords(fault)}`,
    because: { kind: 'cannot-start', service, version, fault },
    hint,
  }
}

export function cannotStop({ service, version }: Subject, fault: Fault): Failure {
  const hint = 'A process that waits for a broken disk or network file system cannot be ended; repair that first.'
  return {
    ok: false,
    kind: 'cannot-stop',
    reason: `${service} ${version} was not stopped: ${faultInWords(fault)}`,
    because: { kind: 'cannot-stop', service, version, fault },
    hint,
  }
}

/** Of a file that could not be written, with the one thing that is usually the matter. */
export function cannotWrite(error: unknown, folder: string): { readonly fault: Fault; readonly hint: string } {
  const full = error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  if (full) return { fault: { kind: 'disk-full', path: folder }, hint: 'Free space there and try again.' }
  return {
    fault: { kind: 'unwritable', path: folder, detail: messageOf(error) },
    hint: 'See that the folder exists and that this user may write to it.',
  }
}

/** What keeps a silent program from being ready, where the kernel knows more than the probe. */
export async function whyNot(whose: Whose, port: number, silence: Fault): Promise<Fault> {
  const members = membersIn(await survey(), whose).map(stat => stat.pid)
  const holder = await holderOf(port)
  if (holder?.pid !== undefined && !members.includes(holder.pid)) return portTakenBy(port, holder)
  const elsewhere = portsOf(members).filter(other => other !== port)
  if (holder !== undefined || elsewhere.length === 0) return silence
  return { kind: 'elsewhere', port, ports: elsewhere }
}

/** Whether somebody else answers on an instance's port. */
export async function stranger(whose: Whose, port: number): Promise<Fault | undefined> {
  const holder = await holderOf(port)
  if (holder?.pid === undefined) return undefined
  const ours = membersIn(await survey(), whose).some(stat => stat.pid === holder.pid)
  return ours ? undefined : portTakenBy(port, holder)
}

function byHand({ plan, port, logPath }: Subject): ByHand {
  const command = joinWords(plan.argv.map(word => word.replaceAll('{port}', String(port))))
  return { log: logPath, command: `cd ${joinWords([plan.cwd])} && PORT=${port} ${command}` }
}

const inWords = ({ log, command }: ByHand): string => `Whole log: ${log}. Try it by hand: ${command}`
