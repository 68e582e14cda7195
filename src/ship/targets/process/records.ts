import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { messageOf, Unavailable } from '../../../kernel/index.ts'
import type { Instance } from '../target.ts'
import { Groups } from './cgroup.ts'
import { Plan } from './plan.ts'

/**
 * What is known of an instance, kept so that a hub that was killed at any moment is followed by one
 * that knows it. Written before the process is started (`leader` is missing then) and completed after.
 */
export const InstanceRecord = z.object({
  /** Of this file. A later one that older programs cannot read gets a higher number. */
  format: z.literal(1),
  id: z.string(),
  service: z.string(),
  version: z.string(),
  port: z.number(),
  plan: Plan,
  createdMs: z.number(),
  /** `stopping`: whoever finds it so finishes the stop. */
  phase: z.enum(['running', 'stopping']),
  leader: z.object({ pid: z.number(), startTicks: z.number(), bootId: z.string() }).optional(),
  groups: Groups,
  /** Why limits are not enforced. */
  unlimited: z.string().optional(),
  /** When the latest process was started. */
  startedMs: z.number(),
  /** When it last became ready; missing until it has been ready once. */
  readySinceMs: z.number().optional(),
  restarts: z.number(),
  past: z.object({ exitsAtMs: z.array(z.number()).readonly(), streak: z.number(), looping: z.boolean() }),
})
export type InstanceRecord = Readonly<z.output<typeof InstanceRecord>>

/** An instance as it is shown to others. */
export function instanceOf(
  record: InstanceRecord,
  state: Instance['state'],
  facts: Readonly<Record<string, string>>,
): Instance {
  const { id, service, version, port, readySinceMs, restarts, leader, unlimited } = record
  return {
    id,
    service,
    version,
    url: `http://127.0.0.1:${port}`,
    state,
    ...(readySinceMs === undefined ? {} : { readySinceMs }),
    restarts,
    facts: { ...(leader ? { pid: String(leader.pid) } : {}), ...(unlimited ? { limits: unlimited } : {}), ...facts },
  }
}

/** One small file an instance. */
export class Records {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Reads all. Files that were never finished are removed: what they were to replace is still whole. */
  async read(): Promise<readonly InstanceRecord[]> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const records: InstanceRecord[] = []
    for (const name of (await readdir(this.folder)).toSorted()) {
      const path = join(this.folder, name)
      if (name.endsWith('.new')) await rm(path, { force: true })
      else if (name.endsWith('.json')) records.push(parse(path, await readFile(path, 'utf8')))
    }
    return records
  }

  /** Replaces a record whole or not at all, also when the machine loses its power. Rejects with what the file system says. */
  async write(record: InstanceRecord): Promise<void> {
    const path = this.#pathOf(record.id)
    const unfinished = `${path}.new`
    try {
      const file = await open(unfinished, 'w', 0o600) // the plan may hold the service's secrets
      try {
        await file.writeFile(`${JSON.stringify(record)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(unfinished, path)
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
    await this.#syncFolder()
  }

  async remove(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true })
    await this.#syncFolder()
  }

  #pathOf(id: string): string {
    return join(this.folder, `${id}.json`)
  }

  /** A rename or a removal is on the disk only when its folder is. */
  async #syncFolder(): Promise<void> {
    const folder = await open(this.folder, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
}

/** A record that cannot be understood may be that of a running instance: nothing is done to it, and a person is told. */
function parse(path: string, text: string): InstanceRecord {
  try {
    return InstanceRecord.parse(JSON.parse(text))
  } catch (error) {
    throw new Unavailable(`the record of an instance cannot be read: ${path}`, {
      field: path,
      hint: `If no newer Shipwatch wrote it, stop the processes that have SHIPWATCH_INSTANCE=${basename(path, '.json')} and remove the file.`,
      cause: error instanceof z.ZodError ? new Error(z.prettifyError(error)) : new Error(messageOf(error)),
    })
  }
}
