import { createLog, type Log, streamSink } from './log.ts'
import { BadSettings, type CommonSettings, Settings } from './settings.ts'

/** A service that serves. */
export interface Running {
  readonly port: number
  /** Stops taking requests, finishes those in flight, closes everything; false if some had to be cut. */
  stop(): Promise<boolean>
}

/**
 * Runs a service as a process: exit code 0 after SIGTERM or SIGINT, 1 when it breaks or had to cut requests,
 * 2 when its settings are wrong or its address is taken (one line on stderr says what to change).
 */
export async function runService<ServiceSettings extends CommonSettings>(
  service: string,
  read: (settings: Settings) => ServiceSettings,
  start: (settings: ServiceSettings, log: Log) => Promise<Running>,
): Promise<void> {
  let settings: ServiceSettings
  try {
    const reader = new Settings(process.env)
    settings = read(reader)
    reader.done()
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error
    process.stderr.write(`${service}: ${error.message}\n`)
    process.exitCode = 2
    return
  }
  const sink = streamSink(process.stdout)
  const log = createLog(sink, settings.logLevel, { service, version: settings.version })
  const exit = (code: number) => {
    sink.flush()
    process.exit(code)
  }
  process.on('uncaughtException', error => {
    log.error('crashed', { error })
    exit(1)
  })
  let running: Running
  try {
    running = await start(settings, log)
  } catch (error) {
    const reason = explain(error, settings)
    process.stderr.write(`${service}: ${reason ?? (error as Error).stack}\n`)
    exit(reason === undefined ? 1 : 2)
    return
  }
  log.info('listening', { host: settings.host, port: running.port, pid: process.pid })
  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return exit(1) // Asked twice: whoever asks does not want to wait.
    stopping = true
    log.info('stopping', { signal })
    running.stop().then(
      clean => {
        log.info('stopped', { clean })
        exit(clean ? 0 : 1)
      },
      (error: unknown) => {
        log.error('stopping failed', { error })
        exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function explain(error: unknown, { host, port }: CommonSettings): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `PORT="${port}" is taken on ${host}: give another, or stop what listens there`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST="${host}" is not an address of this machine`
  if (code === 'EACCES' && message.includes('listen')) return `PORT="${port}" may not be opened by this user`
  if (code === 'ERR_SQLITE_ERROR' || code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return `DATA_DIR can't be used: ${message}`
  }
  return undefined
}
