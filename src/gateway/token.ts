import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdir, open, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InvalidInput, Unavailable } from '../kernel/index.ts'

const FIELD = 'gateway.tokenFile'

/**
 * Reads the token that opens the admin interface, and makes one where there is none. A file that others
 * may read is refused: whoever knows the token decides where all traffic goes.
 */
export async function readToken(path: string): Promise<string> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(`${randomBytes(32).toString('hex')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw new Unavailable(`cannot make ${path}`, { field: FIELD, cause: error })
    }
  }
  // Windows has no such modes: there the folder's permissions must do.
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new InvalidInput(`${path} can be read by other users`, { field: FIELD, hint: `Run: chmod 600 ${path}` })
  }
  const token = (await readFile(path, 'utf8')).trim()
  if (token.length < 16) {
    throw new InvalidInput(`${path} holds no token of 16 characters or more`, {
      field: FIELD,
      hint: 'Remove it: a new one is made at the next start.',
    })
  }
  return token
}

/** Builds the check of an `Authorization` header; it takes as long for a wrong token as for the right one. */
export function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const wanted = digest(`Bearer ${token}`)
  return authorization => timingSafeEqual(digest(authorization ?? ''), wanted)
}
