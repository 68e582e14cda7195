import { randomFillSync } from 'node:crypto'

const IDS = 256

/** Draws random bytes for many ids at once: the system call for one costs as much as a fifth of a request. */
function pool(idBytes: number, encoding: 'hex' | 'base64url'): () => string {
  const bytes = Buffer.alloc(IDS * idBytes)
  let at = bytes.length
  return () => {
    if (at === bytes.length) {
      randomFillSync(bytes)
      at = 0
    }
    at += idBytes
    return bytes.toString(encoding, at - idBytes, at)
  }
}

/** Makes ids for users: 96 random bits, so that nobody meets another's or guesses it. */
export function userIds(): () => string {
  return pool(12, 'base64url')
}

/**
 * Makes W3C `traceparent` values. Sampled, since a tracer that follows its parent's decision would
 * otherwise never record anything.
 */
export function traceparents(): () => string {
  const next = pool(24, 'hex')
  return () => {
    const id = next()
    return `00-${id.slice(0, 32)}-${id.slice(32)}-01`
  }
}
