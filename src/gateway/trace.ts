import { randomFillSync } from 'node:crypto'

const IDS = 256
const ID_BYTES = 24

/**
 * Makes W3C `traceparent` values. Sampled, since a tracer that follows its parent's decision would
 * otherwise never record anything. Random bytes are drawn for many at once: drawing them costs more
 * than the rest.
 */
export function traceMaker(): () => string {
  const pool = Buffer.alloc(IDS * ID_BYTES)
  let at = pool.length
  return () => {
    if (at === pool.length) {
      randomFillSync(pool)
      at = 0
    }
    const id = pool.toString('hex', at, at + ID_BYTES)
    at += ID_BYTES
    return `00-${id.slice(0, 32)}-${id.slice(32)}-01`
  }
}
