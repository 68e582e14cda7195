import { type ErrorDetail, messageOf, Unavailable } from '../kernel/index.ts'

/** What the world put in the way of a release, as data. */
export type Obstacle =
  /** A program of the new version ends again and again; its last lines are its own words. */
  | {
      readonly kind: 'crash-loop'
      readonly service: string
      readonly version: string
      readonly times: number
      readonly withinMs: number
      readonly fault: Fault
      readonly lines: readonly string[]
      readonly byHand: ByHand
    }
  /** It runs, and does not answer as it should. */
  | {
      readonly kind: 'not-ready'
      readonly service: string
      readonly version: string
      readonly waitedMs: number
      /** What was asked: `GET http://127.0.0.1:3000/healthz`, or `127.0.0.1:3000` where a connection is enough. */
      readonly asked: string
      readonly fault: Fault
      readonly lines: readonly string[]
      readonly byHand: ByHand
    }
  | { readonly kind: 'cannot-start'; readonly service: string; readonly version: string; readonly fault: Fault }
  | { readonly kind: 'cannot-stop'; readonly service: string; readonly version: string; readonly fault: Fault }
  /** A version should take traffic, and no instance of it runs. */
  | { readonly kind: 'no-instance'; readonly service: string; readonly version: string; readonly weight: number }
  /** The gateway, at an address or with a token file, does not do what it is asked; `detail`: in its own words. */
  | {
      readonly kind: 'gateway'
      readonly fault: 'silent' | 'foreign' | 'token-refused' | 'token-unread' | 'refused'
      readonly at: string
      readonly detail: string | null
    }
  /** The words of a system or a program, which nobody here could put better. */
  | { readonly kind: 'reported'; readonly text: string }

/** Where the whole log of a program lies, and how to start it by hand. */
export interface ByHand {
  readonly log: string
  readonly command: string
}

/** What happened to a program, or kept it from beginning. */
export type Fault =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  /** Killed since it needed more memory than its limit. */
  | { readonly kind: 'memory'; readonly signal: string | null; readonly limitBytes: number }
  /** It ended while nobody looked: only a parent is told how. */
  | { readonly kind: 'unseen'; readonly when: 'running' | 'no-hub' | 'restart' }
  | { readonly kind: 'not-started'; readonly fault: Fault }
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'not-listening' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'no-answer'; readonly code: string }
  /** It listens, on other ports than its own. */
  | { readonly kind: 'elsewhere'; readonly port: number; readonly ports: readonly number[] }
  | {
      readonly kind: 'port-taken'
      readonly port: number
      /** By which process; `null` where that is not ours to see. */
      readonly pid: number | null
      readonly program: string | null
      /** Of which of our own instances. */
      readonly instance: string | null
    }
  | { readonly kind: 'no-folder'; readonly path: string; readonly found: boolean }
  | { readonly kind: 'no-program'; readonly path: string; readonly found: 'nothing' | 'folder' | 'not-executable' }
  | { readonly kind: 'not-in-path'; readonly program: string; readonly path: string | null; readonly cwd: string }
  | { readonly kind: 'disk-full'; readonly path: string }
  | { readonly kind: 'unwritable'; readonly path: string; readonly detail: string }
  | { readonly kind: 'survived'; readonly pids: readonly number[] }
  | { readonly kind: 'reported'; readonly text: string }

/** A fault as what is said of a program: `ended with exit code 1`, `nothing listens there`. */
export function faultInWords(fault: Fault): string {
  switch (fault.kind) {
    case 'exit':
      return `ended with exit code ${fault.code}`
    case 'signal':
      return `was killed by ${fault.signal}`
    case 'memory': {
      const limit = `its limit of ${Math.round(fault.limitBytes / 2 ** 20)} MiB`
      return `was killed by ${fault.signal ?? 'the kernel'}: it needed more memory than ${limit}`
    }
    case 'unseen':
      return UNSEEN[fault.when]
    case 'not-started':
      return `could not be started: ${faultInWords(fault.fault)}`
    case 'not-asked':
      return 'it was not asked yet'
    case 'status':
      return `it answered ${fault.status}`
    case 'not-listening':
      return 'nothing listens there'
    case 'closed':
      return 'it closed the connection without an answer'
    case 'timeout':
      return 'no answer in time'
    case 'no-answer':
      return `no answer (${fault.code})`
    case 'elsewhere': {
      const ports = fault.ports.join(', ')
      return `nothing listens on port ${fault.port}, the one in PORT; the program listens on ${ports} instead`
    }
    case 'port-taken':
      return portTaken(fault)
    case 'no-folder':
      return `the folder to run in ${fault.found ? 'is not a folder' : 'does not exist'}: ${fault.path}`
    case 'no-program':
      if (fault.found === 'nothing') return `no such program: ${fault.path}`
      return `${fault.path} is ${fault.found === 'folder' ? 'a folder' : 'not executable'}`
    case 'not-in-path':
      return `no program ${fault.program} in PATH (${fault.path ?? 'which is empty'}); it was to run in ${fault.cwd}`
    case 'disk-full':
      return `the disk is full: nothing can be written to ${fault.path}`
    case 'unwritable':
      return `nothing can be written to ${fault.path}: ${fault.detail}`
    case 'survived':
      return `process ${fault.pids.join(', ')} survived SIGKILL`
    case 'reported':
      return fault.text
  }
}

const UNSEEN = {
  running: 'ended (how is not known: an earlier hub had started it)',
  'no-hub': 'ended while no hub was running',
  restart: 'ended when the machine was restarted',
} as const

function portTaken({ port, pid, program, instance }: Fault & { kind: 'port-taken' }): string {
  if (pid === null) return `port ${port} is in use by another program`
  const whose = instance === null ? '' : `, of the instance ${instance}`
  return `port ${port} is in use by process ${pid} (${program})${whose}`
}

/** A call that failed, which knows of the obstacle as data. Worth trying again. */
export class Obstructed extends Unavailable {
  readonly because: Obstacle

  constructor(message: string, because: Obstacle, detail: ErrorDetail = {}) {
    super(message, detail)
    this.because = because
  }
}

/** What is in the way, of anything thrown. */
export function obstacleOf(error: unknown): Obstacle {
  return error instanceof Obstructed ? error.because : { kind: 'reported', text: messageOf(error) }
}
