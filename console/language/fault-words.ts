import type { Fault } from './because.ts'
import type { Words } from './language.tsx'

/** What happened to a program, as a part of a sentence: `ended with exit code 1`, `nothing listens there`. */
export function faultWords(fault: Fault, words: Words): string {
  const { say, language } = words
  const list = (all: readonly number[]): string => all.join(language === 'zh' ? '、' : ', ')
  switch (fault.kind) {
    case 'exit':
      return say('fault.exit', { code: fault.code })
    case 'signal':
      return say('fault.signal', { signal: fault.signal })
    case 'memory': {
      const limit = `${Math.round(fault.limitBytes / 2 ** 20)} MiB`
      return say('fault.memory', { signal: fault.signal ?? say('fault.kernel'), limit })
    }
    case 'unseen':
      return say(UNSEEN[fault.when])
    case 'not-started':
      return say('fault.notStarted', { how: faultWords(fault.fault, words) })
    case 'not-asked':
      return say('fault.notAsked')
    case 'status':
      return say('fault.status', { status: fault.status })
    case 'not-listening':
      return say('fault.notListening')
    case 'closed':
      return say('fault.closed')
    case 'timeout':
      return say('fault.timeout')
    case 'no-answer':
      return say('fault.noAnswer', { code: fault.code })
    case 'elsewhere':
      return say('fault.elsewhere', { port: fault.port, ports: list(fault.ports) })
    case 'port-taken':
      if (fault.pid === null) return say('fault.portTaken', { port: fault.port })
      return say('fault.portTakenBy', { port: fault.port, pid: fault.pid, program: fault.program ?? '' })
    case 'no-folder':
      return say(fault.found ? 'fault.notAFolder' : 'fault.noFolder', { path: fault.path })
    case 'no-program':
      return say(PROGRAM[fault.found], { path: fault.path })
    case 'not-in-path':
      return say('fault.notInPath', { program: fault.program, cwd: fault.cwd })
    case 'disk-full':
      return say('fault.diskFull', { path: fault.path })
    case 'unwritable':
      return say('fault.unwritable', { path: fault.path, detail: fault.detail })
    case 'survived':
      return say('fault.survived', { pids: list(fault.pids) })
    case 'reported':
      return fault.text
  }
}

const UNSEEN = { running: 'fault.unseen', 'no-hub': 'fault.endedAlone', restart: 'fault.restarted' } as const
const PROGRAM = {
  nothing: 'fault.noProgram',
  folder: 'fault.isFolder',
  'not-executable': 'fault.notExecutable',
} as const
