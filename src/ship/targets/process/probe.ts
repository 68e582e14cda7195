import { request } from 'node:http'
import { connect } from 'node:net'

/** Whether an instance may have traffic. `answered`: it spoke for itself, and said no. */
export type Probe =
  | { readonly ready: true }
  | { readonly ready: false; readonly answered: boolean; readonly reason: string }

/** What is asked, and where: by HTTP when there is a path, else by a TCP connection. */
export interface Question {
  readonly port: number
  readonly http?: string | undefined
}

/** Asks an instance once. Never rejects: silence until the signal aborts is an answer, too. */
export function probe(question: Question, signal: AbortSignal): Promise<Probe> {
  return question.http === undefined ? connectTo(question.port, signal) : get(question.port, question.http, signal)
}

export function questionInWords({ port, http }: Question): string {
  return http === undefined ? `a connection to 127.0.0.1:${port}` : `GET http://127.0.0.1:${port}${http}`
}

function get(port: number, path: string, signal: AbortSignal): Promise<Probe> {
  return new Promise(resolve => {
    const headers = { 'user-agent': 'shipwatch-probe', connection: 'close' }
    const asking = request({ host: '127.0.0.1', port, path, headers, agent: false, signal }, response => {
      const status = response.statusCode ?? 0
      response.on('error', () => undefined) // the status is all that is asked for
      response.resume()
      if (status >= 200 && status < 300) resolve({ ready: true })
      else resolve({ ready: false, answered: true, reason: `it answered ${status}` })
      response.destroy()
    })
    asking.on('error', error => resolve({ ready: false, answered: false, reason: silence(error, signal) }))
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
      resolve({ ready: false, answered: false, reason: silence(error, signal) })
      socket.destroy()
    })
  })
}

function silence(error: Error, signal: AbortSignal): string {
  if (signal.aborted) return 'no answer in time'
  const code = 'code' in error ? String(error.code) : error.message
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ECONNRESET') return 'it closed the connection without an answer'
  return `no answer (${code})`
}
