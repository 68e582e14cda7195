import { request } from 'node:http'
import { connect } from 'node:net'
import type { Fault } from '../../obstacle.ts'

/** Whether an instance may have traffic. `answered`: it spoke for itself, and said no. */
export type Probe =
  | { readonly ready: true }
  | { readonly ready: false; readonly answered: boolean; readonly fault: Fault }

/** What is asked, and where: by HTTP when there is a path, else by a TCP connection. */
export interface Question {
  readonly port: number
  readonly http?: string | undefined
}

/** Asks an instance once. Never rejects: silence until the signal aborts is an answer, too. */
export function probe(question: Question, signal: AbortSignal): Promise<Probe> {
  return question.http === undefined ? connectTo(question.port, signal) : get(question.port, question.http, signal)
}

/** `GET http://127.0.0.1:3000/healthz`, or `127.0.0.1:3000` where a connection is enough. */
export function askedOf({ port, http }: Question): string {
  return http === undefined ? `127.0.0.1:${port}` : `GET http://127.0.0.1:${port}${http}`
}

function get(port: number, path: string, signal: AbortSignal): Promise<Probe> {
  return new Promise(resolve => {
    const headers = { 'user-agent': 'shipwatch-probe', connection: 'close' }
    const asking = request({ host: '127.0.0.1', port, path, headers, agent: false, signal }, response => {
      const status = response.statusCode ?? 0
      response.on('error', () => undefined) // the status is all that is asked for
      response.resume()
      if (status >= 200 && status < 300) resolve({ ready: true })
      else resolve({ ready: false, answered: true, fault: { kind: 'status', status } })
      response.destroy()
    })
    asking.on('error', error => resolve({ ready: false, answered: false, fault: silence(error, signal) }))
    asking.end()
  })
}

function connectTo(port: number, signal: AbortSignal): Promise<Probe> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port, signal })
    socket.once('connect', () => {
      resolve({ ready: true })
      socket.destroy()
    })
    socket.on('error', error => {
      resolve({ ready: false, answered: false, fault: silence(error, signal) })
      socket.destroy()
    })
  })
}

function silence(error: Error, signal: AbortSignal): Fault {
  if (signal.aborted) return { kind: 'timeout' }
  const code = 'code' in error ? String(error.code) : error.message
  if (code === 'ECONNREFUSED') return { kind: 'not-listening' }
  if (code === 'ECONNRESET') return { kind: 'closed' }
  return { kind: 'no-answer', code }
}
