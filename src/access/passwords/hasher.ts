import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { Unavailable } from '../../kernel/index.ts'
import { type Cost, formatPhc, parsePhc } from './phc.ts'

/** Hashes passwords, few at a time. */
export interface Hasher {
  /** The PHC string to keep. */
  hash(password: string): Promise<string>
  /** Whether it is the password; without a hash the work is the same, and the answer no. */
  verify(password: string, phc: string | undefined): Promise<boolean>
  /** Whether it was made with another cost than would be chosen today. */
  isOutdated(phc: string): boolean
}

interface HasherOptions {
  readonly cost?: Cost
  /** How many are computed at once. */
  readonly most?: number
  readonly mostWaiting?: number
  readonly derive?: Derive
}

export type Derive = (parameters: Argon2Parameters) => Promise<Buffer>

/**
 * Above the least that OWASP's Password Storage Cheat Sheet asks for (19 MiB and 2 passes), and still about a
 * quarter of a second on a small machine.
 */
const COST: Cost = { memoryKib: 32_768, passes: 3 }
const SALT_BYTES = 16
const TAG_BYTES = 32
const MOST_WAITING = 64

/**
 * argon2id runs in Node's pool of four threads, which files and names of hosts need as well, and takes a core
 * for as long as it lasts. So it gets half of the cores and never more than two threads; the rest waits its turn.
 */
export function makeHasher(options: HasherOptions = {}): Hasher {
  const { cost = COST, derive = argon2id, mostWaiting = MOST_WAITING } = options
  const { most = Math.max(1, Math.min(2, Math.floor(availableParallelism() / 2))) } = options
  const waiting: (() => void)[] = []
  let running = 0

  const compute = async (password: string, { memoryKib, passes }: Cost, salt: Buffer): Promise<Buffer> => {
    if (waiting.length >= mostWaiting) {
      throw new Unavailable('too many passwords are being checked at once', { hint: 'Try again in a few seconds.' })
    }
    // Whoever ends hands its turn to the first in the queue, so nobody who comes in between can take it.
    if (running >= most) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return await derive({
        message: Buffer.from(password),
        nonce: salt,
        memory: memoryKib,
        passes,
        parallelism: 1,
        tagLength: TAG_BYTES,
      })
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      return formatPhc({ ...cost, salt, tag: await compute(password, cost, salt) })
    },
    async verify(password, phc) {
      const { salt, tag, ...used } = phc === undefined ? nobody(cost) : parsePhc(phc)
      return timingSafeEqual(await compute(password, used, salt), tag)
    },
    isOutdated(phc) {
      const { memoryKib, passes } = parsePhc(phc)
      return memoryKib !== cost.memoryKib || passes !== cost.passes
    },
  }
}

/** A hash that no password has, except by a chance of 1 in 2²⁵⁶. */
function nobody(cost: Cost): ReturnType<typeof parsePhc> {
  return { ...cost, salt: randomBytes(SALT_BYTES), tag: randomBytes(TAG_BYTES) }
}

const argon2id: Derive = parameters => promisify(argon2)('argon2id', parameters)
