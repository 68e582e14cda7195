import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Conflict } from '../../../kernel/index.ts'
import { identify, type Leader, runs } from './group.ts'
import { commandOf } from './proc.ts'

const Owner = z.object({ pid: z.number(), startTicks: z.number(), bootId: z.string() })

/**
 * Says that this program keeps the instances of a folder. Rejects with `Conflict` while another one that
 * runs does: two that keep the same instances would start each of them twice. Hubs are kept apart by
 * their store before they come here; this is for commands that are given beside a hub.
 */
export async function own(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'owner.json')
  const other = await ownerIn(path)
  if (other && other.pid !== process.pid && runs(other))
    throw new Conflict(`the instances in ${folder} are kept by process ${other.pid} (${commandOf(other.pid)})`, {
      field: folder,
      hint: 'Stop that program first.',
    })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // On a full disk it goes without: the instances must be kept all the same.
  await writeFile(path, JSON.stringify(identify(process.pid))).catch(() => undefined)
  return () => rm(path, { force: true })
}

async function ownerIn(path: string): Promise<Leader | undefined> {
  try {
    return Owner.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined // never kept, or written by halves on a full disk: nobody can be asked
  }
}
