import { spawn } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catchUpAndCut, InstanceLog, lastLines, openLog, prune, rotate } from './logs.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shipwatch-logs-'))
  path = join(folder, 'ins_1.log')
})

afterEach(() => rmSync(folder, { recursive: true }))

const files = () => readdirSync(folder).toSorted((a, b) => a.localeCompare(b))

describe('the last lines of a log', () => {
  it.each([
    ['', []],
    ['one\n', ['one']],
    ['one\ntwo\nthree', ['two', 'three']],
    ['one\r\n\n\ntwo\r\n', ['one', 'two']],
    [`${'x'.repeat(400)}\n`, [`${'x'.repeat(299)}…`]],
    ['Error: boom\n    at main (server.js:1:2)\n    at node:internal/x:3\nNode.js\n', ['Error: boom', 'Node.js']],
  ])('%# of %j', (text, lines) => {
    writeFileSync(path, text)
    expect(lastLines(path, 2)).toEqual(lines)
  })

  it('are none where there is no log', () => {
    expect(lastLines(path, 5)).toEqual([])
  })

  it('of a long log are whole lines', () => {
    writeFileSync(path, Array.from({ length: 5_000 }, (_, i) => `line ${i}\n`).join(''))
    const lines = lastLines(path, 10_000)
    expect(lines.at(-1)).toBe('line 4999')
    expect(lines.every(line => /^line \d{4}$/.test(line))).toBe(true)
  })

  it('are of the latest run alone, also when the log was rotated meanwhile', async () => {
    const log = new InstanceLog(path)
    writeFileSync(path, 'of the run before\n')
    log.beginRun()
    expect(log.lines()).toEqual([])
    appendFileSync(path, 'of this run\n')
    expect(log.lines()).toEqual(['of this run'])
    await log.rotate({ maxSizeBytes: 10, keep: 1 })
    appendFileSync(path, 'new\n')
    expect(log.lines()).toEqual(['new'])
  })
})

describe('rotating a log', () => {
  const policy = { maxSizeBytes: 10, keep: 2 }

  it('leaves it alone until it has outgrown its size', async () => {
    writeFileSync(path, '0123456789')
    expect(await rotate(path, policy)).toBe('kept')
    expect(await rotate(join(folder, 'none.log'), policy)).toBe('kept')
    expect(files()).toEqual(['ins_1.log'])
  })

  it('moves the older ones up and forgets the oldest', async () => {
    for (const text of ['first first', 'second second', 'third third']) {
      writeFileSync(path, text)
      expect(await rotate(path, policy)).toBe('rotated')
    }
    expect(files()).toEqual(['ins_1.log', 'ins_1.log.1', 'ins_1.log.2'])
    expect(files().map(file => readFileSync(join(folder, file), 'utf8'))).toEqual(['', 'third third', 'second second'])
  })

  it('keeps none when none is to be kept', async () => {
    writeFileSync(path, 'more than ten')
    expect(await rotate(path, { maxSizeBytes: 10, keep: 0 })).toBe('rotated')
    expect(files()).toEqual(['ins_1.log'])
    expect(readFileSync(path, 'utf8')).toBe('')
  })

  it('goes on at the beginning for a writer that holds the file', async () => {
    const file = openLog(path)
    writeSync(file, 'before the rotation\n')
    await rotate(path, policy)
    writeSync(file, 'after\n')
    closeSync(file)
    expect(readFileSync(path, 'utf8')).toBe('after\n')
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('before the rotation\n')
  })

  it('takes along what was written while the copy was made', () => {
    writeFileSync(`${path}.1`, 'a'.repeat(100_000))
    writeFileSync(path, 'a'.repeat(100_000) + 'b'.repeat(200_000))
    catchUpAndCut(path, `${path}.1`)
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('a'.repeat(100_000) + 'b'.repeat(200_000))
    expect(readFileSync(path, 'utf8')).toBe('')
  })

  it('loses something of a program that writes all the while only at the cuts, and repeats nothing', async () => {
    const file = openLog(path)
    const program =
      'for (let i = 0; i < 20000; i++) require("fs").writeSync(1, "line " + String(i).padStart(6, "0") + "\\n")'
    const writer = spawn(process.execPath, ['-e', program], { stdio: ['ignore', file, 'inherit'] })
    closeSync(file)
    let rotations = 0
    while (writer.exitCode === null) {
      if ((await rotate(path, { maxSizeBytes: 20_000, keep: 1_000 })) === 'rotated') rotations++
      await new Promise(resolve => setImmediate(resolve)) // or nobody is told of its end
    }
    const parts = [...Array.from({ length: rotations }, (_, i) => `${path}.${rotations - i}`), path]
    const lines = parts.flatMap(part => readFileSync(part, 'utf8').split('\n')).filter(line => line !== '')
    const torn = lines.filter(line => !/^line \d{6}$/.test(line))
    const numbers = lines.filter(line => !torn.includes(line)).map(line => Number(line.slice(5)))
    const gaps = [...numbers, 20_000].filter((number, i) => number !== (numbers[i - 1] ?? -1) + 1)
    expect(rotations).toBeGreaterThan(0)
    expect(torn.length).toBeLessThanOrEqual(2 * rotations)
    expect(gaps.length).toBeLessThanOrEqual(rotations)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  })

  it('cuts the log without a copy rather than let it grow for ever', async () => {
    writeFileSync(path, 'more than ten')
    mkdirSync(`${path}.1`) // no copy can be put there
    mkdirSync(join(`${path}.1`, 'x'))
    await expect(rotate(path, { maxSizeBytes: 10, keep: 1 })).rejects.toThrow()
    rmSync(`${path}.1`, { recursive: true })
    expect(await rotate(path, { maxSizeBytes: 10, keep: 1 })).toBe('rotated')
  })
})

describe('clearing away', () => {
  it('keeps the logs of what runs and of the latest that ended, with all their parts', async () => {
    for (const name of ['ins_1.log', 'ins_2.log', 'ins_2.log.1', 'ins_3.log', 'ins_4.log', 'ins_4.log.2'])
      writeFileSync(join(folder, name), '')
    await prune(folder, new Set(['ins_1']), 1)
    expect(files()).toEqual(['ins_1.log', 'ins_4.log', 'ins_4.log.2'])
  })

  it('does nothing where nothing was ever written', async () => {
    await expect(prune(join(folder, 'none'), new Set(), 1)).resolves.toBeUndefined()
  })
})
