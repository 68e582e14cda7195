import { writeSync } from 'node:fs'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof LEVELS)[number]
export type Fields = Readonly<Record<string, unknown>>

/** Writes JSON lines; `with` gives a log that repeats some fields on every line. */
export interface Log {
  debug(msg: string, fields?: Fields): void
  info(msg: string, fields?: Fields): void
  warn(msg: string, fields?: Fields): void
  error(msg: string, fields?: Fields): void
  with(fields: Fields): Log
}

/** Where lines go: `write` may wait for the end of the event loop's turn, `flush` may not wait for anything. */
export interface Sink {
  write(line: string): void
  flush(): void
}

/** Makes a log of lines `{ time, level, msg, … }`; errors among the fields become their message and stack. */
export function createLog(sink: Sink, level: Level, fields: Fields, now: () => Date = () => new Date()): Log {
  const least = LEVELS.indexOf(level)
  const log = (base: Fields): Log => {
    const write = (at: Level, msg: string, more: Fields | undefined) => {
      if (LEVELS.indexOf(at) < least) return
      sink.write(`${JSON.stringify({ time: now().toISOString(), level: at, msg, ...base, ...more }, plain)}\n`)
    }
    return {
      debug: (msg, more) => write('debug', msg, more),
      info: (msg, more) => write('info', msg, more),
      warn: (msg, more) => write('warn', msg, more),
      error: (msg, more) => write('error', msg, more),
      with: more => log({ ...base, ...more }),
    }
  }
  return log(fields)
}

function plain(_key: string, value: unknown): unknown {
  return value instanceof Error ? { message: value.message, stack: value.stack } : value
}

/**
 * A sink that writes a turn's lines at once (one system call instead of dozens).
 * A reader that is gone costs the lines, never the service.
 */
export function streamSink(stream: NodeJS.WriteStream & { fd: number }): Sink {
  let lines = ''
  let gone = false
  stream.on('error', () => {
    gone = true
  })
  return {
    write(line) {
      if (gone) return
      if (lines === '') {
        setImmediate(() => {
          if (lines !== '') stream.write(lines)
          lines = ''
        })
      }
      lines += line
    },
    flush() {
      const text = lines
      lines = ''
      if (text === '' || gone) return
      try {
        writeSync(stream.fd, text)
      } catch {
        gone = true // A closed or full pipe at the very end: there is nowhere left to say so.
      }
    },
  }
}
