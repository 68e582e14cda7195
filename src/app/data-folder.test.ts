import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dataFolder, hubToken, makeFolder, replaceFile } from './data-folder.ts'
import { Folder, failure } from './folder.fixture.ts'

let here: Folder
beforeEach(async () => {
  here = await Folder.make()
})
afterEach(() => here.remove())

describe('the data folder', () => {
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777

  it('is made for this user alone, as is the store in it', async () => {
    const folder = dataFolder(here.root, 'new/data')
    await makeFolder(folder)
    expect(await modeOf(folder.root)).toBe(0o700)
    expect(await modeOf(folder.database)).toBe(0o600)
  })

  it('that is there stays as it is, and what is in it stays too', async () => {
    const folder = dataFolder(here.root, 'data')
    await mkdir(folder.root, { mode: 0o755 })
    await writeFile(folder.database, 'precious')
    await makeFolder(folder)
    expect(await modeOf(folder.root)).toBe(0o755)
    expect(await readFile(folder.database, 'utf8')).toBe('precious')
  })

  it('that cannot be one is named', async () => {
    await here.write('file')
    expect(await failure(makeFolder(dataFolder(here.root, 'file/data')))).toMatchObject({
      code: 'invalid_input',
      field: 'data',
      message: expect.stringContaining(here.at('file/data')),
    })
  })

  it('may be an absolute path, wherever the configuration lies', () => {
    expect(dataFolder('/etc', '/srv/shipwatch').hubToken).toBe('/srv/shipwatch/hub.token')
  })

  it('gives a file a new text whole, for this user alone, and leaves no draft', async () => {
    const file = here.at('hub.json')
    await here.write('hub.json', 'before')
    await chmod(file, 0o644)
    await replaceFile(file, 'after')
    expect(await readFile(file, 'utf8')).toBe('after')
    expect(await modeOf(file)).toBe(0o600)
    expect(await readdir(here.root)).toEqual(['hub.json'])
  })
})

describe("the hub's token", () => {
  const token = (): Promise<string> => hubToken(dataFolder(here.root, '.'))

  it('is made once, long and private, and is the same ever after', async () => {
    const made = await token()
    expect(made).toMatch(/^[\w-]{43}$/)
    expect(await token()).toBe(made)
    expect((await stat(here.at('hub.token'))).mode & 0o777).toBe(0o600)
    expect(await readdir(here.root)).toEqual(['hub.token'])
  })

  it('is one for all hubs that start at the same moment', async () => {
    const made = await Promise.all(Array.from({ length: 16 }, token))
    expect(new Set(made).size).toBe(1)
    expect((await readFile(here.at('hub.token'), 'utf8')).trim()).toBe(made[0])
    expect(await readdir(here.root)).toEqual(['hub.token'])
  })

  it('takes the place of a file that holds none', async () => {
    await here.write('hub.token', ' \n')
    const made = await token()
    expect((await readFile(here.at('hub.token'), 'utf8')).trim()).toBe(made)
  })

  it('may be chosen by a person, who keeps it private', async () => {
    await here.write('hub.token', 'chosen\n')
    await chmod(here.at('hub.token'), 0o640)
    expect(await failure(token())).toMatchObject({
      code: 'invalid_input',
      message: `${here.at('hub.token')} can be read by other users`,
      hint: `Run: chmod 600 ${here.at('hub.token')}`,
    })
    await chmod(here.at('hub.token'), 0o600)
    expect(await token()).toBe('chosen')
  })

  it('that cannot be read is not replaced', async () => {
    await mkdir(here.at('hub.token'))
    expect(await failure(token())).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining("cannot read the hub's token"),
    })
  })
})
