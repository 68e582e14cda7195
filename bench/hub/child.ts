import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ServeOptions, Told } from './serve.ts'

/** The hub's HTTP in another process. */
export interface ServingHub {
  readonly url: string
  /** Processor time that it has used until now, in µs, and its resident memory. */
  readonly used: () => Promise<{ readonly micros: number; readonly rssBytes: number }>
  readonly stop: () => Promise<void>
}

/** Starts it, and tells `hear` of each change that it makes. */
export async function startHub(options: ServeOptions, hear: (told: Told) => void = () => {}): Promise<ServingHub> {
  const file = fileURLToPath(new URL('serve.ts', import.meta.url))
  const child = spawn(process.execPath, [file, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const ready = Promise.withResolvers<string>()
  const asked: ((used: { micros: number; rssBytes: number }) => void)[] = []
  createInterface(child.stdout).on('line', line => {
    const told = JSON.parse(line) as Told
    if (told.kind === 'ready') ready.resolve(told.url)
    else if (told.kind === 'cpu') asked.shift()?.(told)
    else hear(told)
  })
  void ended.then(([code]) => ready.reject(new Error(`the hub ended with ${String(code)} before it was ready`)))
  return {
    url: await ready.promise,
    used: () =>
      new Promise(resolve => {
        asked.push(resolve)
        child.stdin.write('\n')
      }),
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}
