import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messageOf } from '../kernel/index.ts'
import { findConfiguration, InvalidConfiguration } from './find.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'shipwatch-find-'))
})
afterEach(() => rm(root, { recursive: true }))

const write = (path: string, text = '{}'): Promise<void> => writeFile(join(root, path), text)
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('the configuration', () => {
  beforeEach(() => mkdir(join(root, 'a/b'), { recursive: true }))

  it.each(['a/b', 'a', '.'])('is the nearest from %s upward', async cwd => {
    await write('shipwatch.yaml')
    const found = await findConfiguration(undefined, join(root, cwd), {})
    expect(found).toMatchObject({ path: join(root, 'shipwatch.yaml'), root })
    expect(found.folder.root).toBe(join(root, '.shipwatch'))
  })

  it('is the nearer one of two', async () => {
    await write('shipwatch.yaml')
    await write('a/shipwatch.yaml')
    expect((await findConfiguration(undefined, join(root, 'a/b'), {})).root).toBe(join(root, 'a'))
  })

  it('that is named goes before what is nearest, relative to where one is', async () => {
    await write('shipwatch.yaml')
    await write('other.yaml', 'data: there')
    const { path, folder } = await findConfiguration('../../other.yaml', join(root, 'a/b'), {})
    expect(path).toBe(join(root, 'other.yaml'))
    expect(folder.root).toBe(join(root, 'there'))
  })

  it('may be a folder of files, in which relative paths begin', async () => {
    await mkdir(join(root, 'conf'))
    await write('conf/hub.yaml', 'data: ${DATA:-there}')
    await write('conf/shop.yaml', 'services: { order: { run: { command: node main.js } } }')
    const found = await findConfiguration('conf', root, {})
    expect(found).toMatchObject({ root: join(root, 'conf') })
    expect(found.folder.root).toBe(join(root, 'conf/there'))
    expect(Object.keys(found.loaded.value.services)).toEqual(['order'])
    expect((await findConfiguration('conf', root, { DATA: '/elsewhere' })).folder.root).toBe('/elsewhere')
  })

  it('that is nowhere is missed by name, from where it was looked for', async () => {
    expect(await failure(findConfiguration(undefined, join(root, 'a'), {}))).toMatchObject({
      code: 'invalid_input',
      message: `no shipwatch.yaml in ${join(root, 'a')} or above`,
      field: '--config',
      hint: 'Write one with: shipwatch init',
    })
  })

  it('that is named and not there is a fault of that file', async () => {
    const error = await failure(findConfiguration('none.yaml', root, {}))
    expect(error).toBeInstanceOf(InvalidConfiguration)
    expect(messageOf(error)).toContain(join(root, 'none.yaml'))
  })

  it('tells every fault on a line of its own', async () => {
    await write('shipwatch.yaml', 'data: ""\nhub: { listen: x }\nservces: {}\n')
    const error = await failure(findConfiguration(undefined, root, {}))
    expect(error).toMatchObject({ code: 'invalid_configuration', hint: 'shipwatch check tells when it is right.' })
    expect(messageOf(error).split('\n')).toEqual([
      expect.stringContaining('shipwatch.yaml:1:'),
      expect.stringContaining('shipwatch.yaml:2:'),
      expect.stringContaining('“services”'),
    ])
  })

  it('in a folder too deep for a socket says what to do, which helps', async () => {
    const deep = 'd'.repeat(108 - root.length)
    await write('shipwatch.yaml', `data: ${deep}`)
    expect(await failure(findConfiguration(undefined, root, {}))).toMatchObject({
      code: 'invalid_input',
      field: 'data',
      message: expect.stringMatching(/ is \d+ bytes too deep for the gateway's socket in it$/),
      hint: expect.stringContaining('gateway.admin'),
    })
    await write('shipwatch.yaml', `data: ${deep}\ngateway: { admin: 127.0.0.1:8081 }`)
    expect((await findConfiguration(undefined, root, {})).folder.root).toBe(join(root, deep))
  })
})
