import { readdirSync, readFileSync } from 'node:fs'

/** A live process that was started for a world: by us, or by a hub of it. */
export interface Resident {
  readonly pid: number
  /** The instance that it belongs to, if it is one. */
  readonly instance: string | undefined
}

/** Every live process whose environment names the world's folder: also those that no record knows. */
export function residentsOf(folder: string): readonly Resident[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return []
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0')
      if (!environment.includes(`WORLD=${folder}`) || hasEnded(name)) return []
      const mark = environment.find(variable => variable.startsWith('SHIPWATCH_INSTANCE='))
      return [{ pid: Number(name), instance: mark?.slice(mark.indexOf('=') + 1) }]
    } catch {
      return [] // it ended while we looked
    }
  })
}

function hasEnded(pid: string): boolean {
  const state = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]
  return state === 'Z' || state === 'X'
}
