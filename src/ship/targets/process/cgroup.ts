import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../../../kernel/index.ts'

/** What an instance may use at most. Absent: no limit. */
export interface Limits {
  readonly memoryBytes?: number | undefined
  /** In cores. */
  readonly cpu?: number | undefined
}

const CONTROLLERS = ['memory', 'cpu'] as const
type Controller = (typeof CONTROLLERS)[number]

/** Folders of control groups in which others may be made: those that the hub itself is in. */
export interface Hierarchies {
  /** Version 2: one tree for all controllers. */
  readonly unified?: string
  /** Version 1: a tree for each controller. */
  readonly memory?: string
  readonly cpu?: string
}

/**
 * Where the hub's own control groups are in the file system, from `/proc/self/mountinfo` and
 * `/proc/self/cgroup` (cgroups(7)). A mount may show only a part of a tree, as in a container: the
 * part's root is cut off the path.
 */
export function parseHierarchies(mountinfo: string, membership: string): Hierarchies {
  const own = new Map<string, string>()
  for (const line of membership.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) continue
    for (const name of controllers === '' ? ['unified'] : controllers.split(',')) own.set(name, path)
  }
  const found: Record<string, string> = {}
  for (const line of mountinfo.split('\n')) {
    const [left = '', right = ''] = line.split(' - ')
    const [, , , root = '/', mount = ''] = left.split(' ')
    const [type, , options = ''] = right.split(' ')
    const names = type === 'cgroup2' ? ['unified'] : options.split(',')
    if (type !== 'cgroup' && type !== 'cgroup2') continue
    for (const name of names) {
      const path = own.get(name)
      if (path === undefined || !['unified', 'memory', 'cpu'].includes(name)) continue
      const inside = root !== '/' && path.startsWith(root) ? path.slice(root.length) : path
      found[name] = join(mount, root !== '/' && !path.startsWith(root) ? '' : inside).replace(/\/$/, '')
    }
  }
  return found
}

export function readHierarchies(): Hierarchies {
  return parseHierarchies(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'))
}

/** A file of a control group and what to write to it. */
interface Setting {
  readonly controller: Controller
  readonly file: string
  readonly value: string
  /** Not every kernel has it, and the limit holds without it. */
  readonly optional?: true
}

const PERIOD_US = 100_000

/** What puts limits in force, in this order. */
export function limitFiles(version: 1 | 2, { memoryBytes, cpu }: Limits): readonly Setting[] {
  const settings: Setting[] = []
  const set = (controller: Controller, file: string, value: unknown, optional?: true): void => {
    settings.push({
      controller,
      file: `${controller}.${file}`,
      value: String(value),
      ...(optional ? { optional } : {}),
    })
  }
  if (memoryBytes !== undefined && version === 2) {
    set('memory', 'max', memoryBytes)
    set('memory', 'swap.max', 0, true)
    set('memory', 'oom.group', 1, true) // half an instance is worse than none
  } else if (memoryBytes !== undefined) {
    set('memory', 'limit_in_bytes', memoryBytes)
    set('memory', 'memsw.limit_in_bytes', memoryBytes, true)
  }
  if (cpu === undefined) return settings
  const quotaUs = Math.max(1_000, Math.round(cpu * PERIOD_US)) // the kernel takes no less than a millisecond
  if (version === 2) {
    set('cpu', 'max', `${quotaUs} ${PERIOD_US}`)
  } else {
    set('cpu', 'cfs_period_us', PERIOD_US)
    set('cpu', 'cfs_quota_us', quotaUs)
  }
  return settings
}

/** Where one instance's control groups are. Kept in its record: a later hub may itself be elsewhere. */
export const Groups = z.object({
  version: z.union([z.literal(1), z.literal(2)]),
  memory: z.string().optional(),
  cpu: z.string().optional(),
})
export type Groups = Readonly<z.output<typeof Groups>>

/** The groups that limits call for: of version 2 where it has all the controllers, else of version 1. `owner` tells one hub's from another's. */
export function placeGroups(hierarchies: Hierarchies, owner: string, id: string, limits: Limits): Groups {
  const unified = hierarchies.unified === undefined ? undefined : unifiedHome(hierarchies.unified)
  const wanted = CONTROLLERS.filter(name => (name === 'memory' ? limits.memoryBytes : limits.cpu) !== undefined)
  const second =
    unified !== undefined && wanted.every(name => words(join(unified, 'cgroup.controllers')).includes(name))
  const groups: { -readonly [Key in keyof Groups]: Groups[Key] } = { version: second ? 2 : 1 }
  for (const name of wanted) {
    const parent = second ? unified : hierarchies[name]
    if (parent !== undefined) groups[name] = join(parent, `shipwatch-${owner}`, id)
  }
  return groups
}

/**
 * In version 2 a group that passes controllers on may have no processes itself (cgroups(7), "no internal
 * processes"). systemd therefore puts a service with `DelegateSubgroup=` into a group within its unit's
 * own, and leaves the unit's own to us.
 */
function unifiedHome(own: string): string {
  const parent = dirname(own)
  return /\.(?:service|scope)$/.test(parent) ? parent : own
}

/** Makes the groups and sets the limits. Says what cannot be enforced, in words, or nothing. */
export function makeGroups(groups: Groups, limits: Limits): string | undefined {
  const failures = new Map<Controller, string>()
  for (const { controller, file, value, optional } of limitFiles(groups.version, limits)) {
    const folder = groups[controller]
    if (failures.has(controller)) continue
    try {
      if (folder === undefined) throw new Error(`the ${controller} controller is not mounted`)
      if (groups.version === 2) passOn(controller, dirname(folder))
      makeFolder(dirname(folder))
      makeFolder(folder)
      writeFileSync(join(folder, file), value)
    } catch (error) {
      if (!optional) failures.set(controller, messageOf(error))
    }
  }
  if (failures.size === 0) return undefined
  return notEnforced([...failures.keys()], [...new Set(failures.values())].join('; '))
}

/** Puts processes in; what they allocated before stays counted where they were. Says what cannot be enforced, or nothing. */
export function joinGroups(groups: Groups, processes: readonly number[]): string | undefined {
  for (const controller of CONTROLLERS) {
    const folder = groups[controller]
    // A group that could not be made has been told of.
    if (folder === undefined || statSync(folder, { throwIfNoEntry: false }) === undefined) continue
    for (const pid of processes) {
      try {
        writeFileSync(join(folder, 'cgroup.procs'), String(pid))
      } catch (error) {
        const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
        if (!gone) return notEnforced([controller], messageOf(error))
      }
    }
  }
  return undefined
}

function notEnforced(controllers: readonly Controller[], why: string): string {
  return `limits not enforced: no writable cgroup for ${controllers.join(' and ')} (${why})`
}

/** How often the kernel ended a process of an instance for want of memory. */
export function outOfMemoryKills({ version, memory }: Groups): number {
  if (memory === undefined) return 0
  const text = read(join(memory, version === 2 ? 'memory.events' : 'memory.oom_control'))
  return Number(/^oom_kill (\d+)/m.exec(text)?.[1] ?? 0)
}

/** Removes the groups of an instance that has no process left; says whether they are gone. */
export function removeGroups(groups: Groups): boolean {
  let gone = true
  for (const controller of CONTROLLERS) {
    const folder = groups[controller]
    if (folder === undefined) continue
    gone = removeFolder(folder) && gone
    removeFolder(dirname(folder)) // succeeds with the last instance only
  }
  return gone
}

/** In version 2 the groups within a group have a controller only when it passes it on. */
function passOn(controller: Controller, folder: string): void {
  for (const parent of [dirname(folder), folder]) {
    makeFolder(parent)
    const control = join(parent, 'cgroup.subtree_control')
    if (!words(control).includes(controller)) writeFileSync(control, `+${controller}`)
  }
}

/** One level at a time: in a file system that answers ENOENT of its own, as the kernel's do, `recursive` never ends. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder)
  } catch {
    return statSync(folder, { throwIfNoEntry: false }) === undefined
  }
  return true
}

function words(path: string): readonly string[] {
  return read(path).trim().split(/\s+/)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
