import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own for one test. */
export class Folder {
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(join(tmpdir(), 'shipwatch-folder-')))
  }

  /** Where something in it lies, or would. */
  at(path: string): string {
    return join(this.root, path)
  }

  /** Writes a file; an empty configuration by default. */
  write(path: string, text = '{}'): Promise<void> {
    return writeFile(this.at(path), text)
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true })
  }
}

/** What the work was rejected with; nothing where it succeeded. */
export function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}
