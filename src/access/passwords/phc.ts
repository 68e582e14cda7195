/** What argon2id is to be, or was, computed with. */
export interface Cost {
  readonly memoryKib: number
  readonly passes: number
}

/** A password's hash with all that is needed to compute it again. */
export interface Phc extends Cost {
  readonly salt: Buffer
  readonly tag: Buffer
}

const SHAPE = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** The text of the Password Hashing Competition's format (version 19 is argon2's 1.3), base64 without padding. */
export function formatPhc({ memoryKib, passes, salt, tag }: Phc): string {
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$${base64(salt)}$${base64(tag)}`
}

/** @throws Error when it is no hash that this program writes; what it says does not quote it. */
export function parsePhc(text: string): Phc {
  const [, memory = '', passes = '', salt = '', tag = ''] = SHAPE.exec(text) ?? []
  if (tag === '') throw new Error('a stored password is no argon2id hash')
  return {
    memoryKib: Number(memory),
    passes: Number(passes),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
