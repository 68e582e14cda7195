import { pino } from 'pino'
import { type Clock, toRfc3339 } from '../kernel/index.ts'

/** Lines of the program's own log: for people on a terminal, JSON elsewhere. */
export interface Log {
  info(message: string, detail?: Readonly<Record<string, unknown>>): void
  warn(message: string, detail?: Readonly<Record<string, unknown>>): void
}

interface Sink {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

export function makeLog(sink: Sink, clock: Clock, part: string): Log {
  if (sink.isTTY) {
    const line = (message: string, detail: Readonly<Record<string, unknown>> = {}): void => {
      const facts = Object.entries(detail).map(
        ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      sink.write(`${toRfc3339(clock.now()).slice(11, 19)} ${part}: ${[message, ...facts].join('  ')}\n`)
    }
    return { info: line, warn: line }
  }
  const log = pino(
    {
      base: { part },
      timestamp: () => `,"time":"${toRfc3339(clock.now())}"`,
      formatters: { level: level => ({ level }) },
    },
    { write: text => void sink.write(text) },
  )
  return {
    info: (message, detail = {}) => log.info(detail, message),
    warn: (message, detail = {}) => log.warn(detail, message),
  }
}
