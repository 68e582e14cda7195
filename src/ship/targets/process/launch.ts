import { spawn } from 'node:child_process'
import { accessSync, closeSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { type Clock, messageOf, pause } from '../../../kernel/index.ts'
import type { Fault } from '../../obstacle.ts'
import { identify, type Leader, runs } from './group.ts'
import { openLog } from './logs.ts'

/** How a process ended. Both are missing when an earlier hub had started it: only a parent is told. */
export interface Exit {
  readonly code?: number
  readonly signal?: NodeJS.Signals
}

/** A process of ours, and the moment when it ends. */
export interface Running {
  readonly leader: Leader
  readonly ended: Promise<Exit>
}

export interface LaunchCommand {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

export type Launched =
  | { readonly ok: true; readonly running: Running }
  | { readonly ok: false; readonly fault: Fault; readonly hint: string }

/**
 * Starts a process as the leader of a session and group of its own, so that no signal meant for the
 * hub reaches it, with its output straight into its log. `started` is called with its pid before
 * anything else can happen.
 */
export async function launch(
  command: LaunchCommand,
  logPath: string,
  started: (pid: number) => void,
): Promise<Launched> {
  const wrong = whatIsWrongWith(command)
  if (wrong) return { ok: false, ...wrong }
  const [program = '', ...args] = command.argv
  const log = openLog(logPath)
  try {
    const child = spawn(program, args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', log, log],
    })
    const { pid } = child
    const leader = pid === undefined ? undefined : identify(pid)
    if (pid === undefined || leader === undefined) {
      const error = await new Promise<unknown>(resolve => child.once('error', resolve))
      const hint = `Try it by hand: cd ${command.cwd} && ${program}`
      const text = `${program} cannot be started: ${messageOf(error)}`
      return { ok: false, fault: { kind: 'reported', text }, hint }
    }
    const ended = new Promise<Exit>(resolve => {
      child.once('exit', (code, signal) => {
        resolve({ ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) })
      })
    })
    child.on('error', () => undefined) // only spawning can fail for us, and it did not
    child.unref() // it outlives us
    started(pid)
    return { ok: true, running: { leader, ended } }
  } finally {
    closeSync(log)
  }
}

/** A process that an earlier hub had started: nobody tells when it ends, so it is looked at. */
export function attach(leader: Leader, everyMs: number, clock: Clock, signal: AbortSignal): Running {
  const gone = async (): Promise<Exit> => {
    while (runs(leader) && (await pause(clock, everyMs, signal, 'idle'))) continue
    return {} // or the signal aborted: then nobody waits for the end any more
  }
  return { leader, ended: gone() }
}

/** What the kernel would only call ENOENT or EACCES, said before it is tried. */
function whatIsWrongWith({ argv, cwd, env }: LaunchCommand): { fault: Fault; hint: string } | undefined {
  if (!isFolder(cwd)) {
    const found = statSync(cwd, { throwIfNoEntry: false })
    return {
      fault: { kind: 'no-folder', path: cwd, found: found !== undefined },
      hint: 'Create it, or correct `cwd`.',
    }
  }
  const program = argv[0] ?? ''
  if (program.includes('/')) {
    const path = resolve(cwd, program)
    if (isProgram(path)) return undefined
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found) {
      const hint = 'Correct `command`; a relative path starts in `cwd`.'
      return { fault: { kind: 'no-program', path, found: 'nothing' }, hint }
    }
    const hint = found.isDirectory() ? 'Name a file of it in `command`.' : `Make it executable: chmod +x ${path}`
    return { fault: { kind: 'no-program', path, found: found.isDirectory() ? 'folder' : 'not-executable' }, hint }
  }
  const folders = (env['PATH'] ?? '').split(delimiter)
  if (folders.some(folder => isProgram(join(resolve(cwd, folder), program)))) return undefined
  return {
    fault: { kind: 'not-in-path', program, path: env['PATH'] ?? null, cwd },
    hint: `Install it, write its whole path in \`command\`, or set PATH in \`env\`.`,
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** `memoryBytes`: the limit that it was killed for, when it was. */
export function faultOf({ code, signal }: Exit, memoryBytes?: number): Fault {
  if (memoryBytes !== undefined) return { kind: 'memory', signal: signal ?? null, limitBytes: memoryBytes }
  if (signal) return { kind: 'signal', signal }
  return code === undefined ? { kind: 'unseen', when: 'running' } : { kind: 'exit', code }
}
