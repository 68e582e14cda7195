import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { identify, leaderIn, membersIn, runs } from './group.ts'
import { patience } from './harness.fixture.ts'
import { commandOf, isAlive, markOf, parseStat, readBootId, readStat, type Seen, survey } from './proc.ts'

const children: number[] = []

function run(program: string, args: readonly string[], env: Record<string, string> = {}, detached = true): number {
  const child = spawn(program, args, { detached, stdio: 'ignore', env: { PATH: process.env['PATH'], ...env } })
  if (child.pid === undefined) throw new Error(`no ${program}`)
  children.push(child.pid)
  return child.pid
}

afterEach(() => {
  for (const pid of children.splice(0)) if (isAlive(readStat(pid))) process.kill(pid, 'SIGKILL')
})

describe('what the kernel tells of a process', () => {
  const tail = '1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 3 0 987654 1 1'

  it.each([
    ['node', 'S'],
    ['a b', 'R'],
    [') Z 1 (', 'S'],
    ['((', 'Z'],
  ])('is read whatever its name is: %j', (name, state) => {
    expect(parseStat(`42 (${name}) ${state} ${tail}\n`)).toEqual({
      pid: 42,
      name,
      state,
      parentPid: 1,
      groupId: 42,
      threads: 3,
      startTicks: 987_654,
    })
  })

  it.each(['', '42', '42 (node', '42 (node) S 1', 'x (node) S '])('is nothing when it is no such line: %j', line => {
    expect(parseStat(line)).toBeUndefined()
  })

  it.each([
    ['S', 1, true],
    ['T', 1, true],
    ['Z', 1, false],
    ['X', 0, false],
    ['Z', 4, true], // its first thread ended, the others go on
  ])('%s with %i threads is alive: %s', (state, threads, alive) => {
    const stat = parseStat(`42 (node) ${state} ${tail}`)
    expect(isAlive(stat && { ...stat, threads })).toBe(alive)
  })

  it('of a process that was never there is nothing', () => {
    expect(readStat(2 ** 22 + 1)).toBeUndefined()
    expect(isAlive(undefined)).toBe(false)
    expect(markOf(2 ** 22 + 1)).toBeUndefined()
    expect(commandOf(2 ** 22 + 1)).toBe('unknown')
  })

  it('counts a zombie as dead', async () => {
    // The shell becomes a sleep, which never asks for its child.
    const parent = run('sh', ['-c', 'true & exec sleep 1000'])
    const zombie = await vi.waitFor(() => {
      const found = readdirSync('/proc')
        .map(name => readStat(Number(name)))
        .find(stat => stat?.parentPid === parent)
      expect(found?.state).toBe('Z')
      return found
    }, patience)
    expect(isAlive(zombie)).toBe(false)
    expect(zombie && runs({ pid: zombie.pid, startTicks: zombie.startTicks, bootId: readBootId() })).toBe(false)
  })

  it('shows the mark that a process was started with, and its command', async () => {
    const pid = run('sleep', ['1000'], { SHIPWATCH_INSTANCE: 'ins_test' })
    expect(markOf(pid)).toBe('ins_test')
    expect(commandOf(pid)).toBe('sleep 1000')
    expect((await survey()).find(seen => seen.pid === pid)).toMatchObject({ mark: 'ins_test', groupId: pid })
  })
})

describe('the leader of an instance', () => {
  it('runs until it ends', async () => {
    const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
    const leader = identify(child.pid ?? 0)
    if (!leader) throw new Error('no sleep')
    expect(runs(leader)).toBe(true)
    expect(runs({ ...leader, startTicks: leader.startTicks + 1 })).toBe(false)
    expect(runs({ ...leader, bootId: 'another start' })).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(runs(leader)).toBe(false)
  })
})

describe('the processes of an instance', () => {
  const bootId = readBootId()
  const leader = { pid: 10, startTicks: 100, bootId }
  const one = (pid: number, groupId: number, mark?: string, startTicks = 100 + pid): Seen => ({
    pid,
    groupId,
    mark,
    startTicks,
    name: 'x',
    state: 'S',
    parentPid: 1,
    threads: 1,
  })
  const pids = (seen: readonly Seen[], whose: Parameters<typeof membersIn>[1]) =>
    membersIn(seen, whose).map(({ pid }) => pid)

  it.each([
    ['its leader and all of its group', [one(10, 10, undefined, 100), one(11, 10), one(12, 12)], [10, 11]],
    ['its group without its leader, when one of it carries the mark', [one(11, 10, 'me'), one(12, 10)], [11, 12]],
    ['what carries the mark, wherever it is', [one(20, 20, 'me'), one(21, 5, 'me'), one(22, 20)], [20, 21]],
    ['nothing of a group that somebody else leads now', [one(10, 10, undefined, 999), one(11, 10)], []],
    ['nothing of a group that nobody of it is left in', [one(11, 10), one(12, 10, 'another')], []],
    ['the marked alone, when another process has the pid', [one(10, 10, undefined, 999), one(30, 30, 'me')], [30]],
  ])('are %s', (_, seen, expected) => {
    expect(pids(seen, { instanceId: 'me', leader })).toEqual(expected)
  })

  it('are none of the group when the machine was started again', () => {
    const seen = [one(10, 10, undefined, 100), one(11, 10)]
    expect(pids(seen, { instanceId: 'me', leader: { ...leader, bootId: 'before' } })).toEqual([])
  })

  it('are led by the first that leads a group of its own', () => {
    const seen = [one(30, 30, 'me'), one(20, 20, 'me'), one(10, 5, 'me'), one(5, 5, 'another')]
    expect(leaderIn(seen, 'me')).toEqual({ pid: 20, startTicks: 120, bootId })
    expect(leaderIn(seen, 'nobody')).toBeUndefined()
  })
})
