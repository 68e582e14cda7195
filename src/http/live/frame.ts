import type { LiveEvent } from '../../client/index.ts'

/** An event as it is sent, but for its number. */
export type Frame = string

/** Writes an event in the format of server-sent events (WHATWG HTML, 9.2.6). JSON has no line ends of its own. */
export function frameOf({ event, data }: LiveEvent): Frame {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** An event with its number: a client that lost the connection shows the last one it got. */
export function numbered(seq: number, frame: Frame): Buffer {
  return Buffer.from(`id: ${seq}\n${frame}`)
}

/** Tells a client how long to wait before it comes back. */
export function retryAfter(ms: number): string {
  return `retry: ${Math.round(ms)}\n\n`
}
