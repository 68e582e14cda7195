import { mkdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messageOf } from '../kernel/index.ts'
import { findConfiguration, InvalidConfiguration } from './find.ts'
import { Folder, failure } from './folder.fixture.ts'

let here: Folder
beforeEach(async () => {
  here = await Folder.make()
})
afterEach(() => here.remove())

describe('the configuration', () => {
  beforeEach(() => mkdir(here.at('a/b'), { recursive: true }))

  it.each(['a/b', 'a', '.'])('is the nearest from %s upward', async cwd => {
    await here.write('shipwatch.yaml')
    const found = await findConfiguration(undefined, here.at(cwd), {})
    expect(found).toMatchObject({ path: here.at('shipwatch.yaml'), root: here.root })
    expect(found.folder.root).toBe(here.at('.shipwatch'))
  })

  it('is the nearer one of two', async () => {
    await here.write('shipwatch.yaml')
    await here.write('a/shipwatch.yaml')
    expect((await findConfiguration(undefined, here.at('a/b'), {})).root).toBe(here.at('a'))
  })

  it('that is named goes before what is nearest, relative to where one is', async () => {
    await here.write('shipwatch.yaml')
    await here.write('other.yaml', 'data: there')
    const { path, folder } = await findConfiguration('../../other.yaml', here.at('a/b'), {})
    expect(path).toBe(here.at('other.yaml'))
    expect(folder.root).toBe(here.at('there'))
  })

  it('may be a folder of files, in which relative paths begin', async () => {
    await mkdir(here.at('conf'))
    await here.write('conf/hub.yaml', 'data: ${DATA:-there}')
    await here.write('conf/shop.yaml', 'services: { order: { run: { command: node main.js } } }')
    const found = await findConfiguration('conf', here.root, {})
    expect(found).toMatchObject({ root: here.at('conf') })
    expect(found.folder.root).toBe(here.at('conf/there'))
    expect(Object.keys(found.loaded.value.services)).toEqual(['order'])
    expect((await findConfiguration('conf', here.root, { DATA: '/elsewhere' })).folder.root).toBe('/elsewhere')
  })

  it('that is nowhere is missed by name, from where it was looked for', async () => {
    expect(await failure(findConfiguration(undefined, here.at('a'), {}))).toMatchObject({
      code: 'invalid_input',
      message: `no shipwatch.yaml in ${here.at('a')} or above`,
      field: '--config',
      hint: 'Write one with: shipwatch init',
    })
  })

  it('that is named and not there is a fault of that file', async () => {
    const error = await failure(findConfiguration('none.yaml', here.root, {}))
    expect(error).toBeInstanceOf(InvalidConfiguration)
    expect(messageOf(error)).toContain(here.at('none.yaml'))
  })

  it('tells every fault on a line of its own', async () => {
    await here.write('shipwatch.yaml', 'data: ""\nhub: { listen: x }\nservces: {}\n')
    const error = await failure(findConfiguration(undefined, here.root, {}))
    expect(error).toMatchObject({ code: 'invalid_configuration', hint: 'shipwatch check tells when it is right.' })
    expect(messageOf(error).split('\n')).toEqual([
      expect.stringContaining('shipwatch.yaml:1:'),
      expect.stringContaining('shipwatch.yaml:2:'),
      expect.stringContaining('“services”'),
    ])
  })

  it('in a folder too deep for a socket says what to do, which helps', async () => {
    const deep = 'd'.repeat(108 - here.root.length)
    await here.write('shipwatch.yaml', `data: ${deep}`)
    expect(await failure(findConfiguration(undefined, here.root, {}))).toMatchObject({
      code: 'invalid_input',
      field: 'data',
      message: expect.stringMatching(/ is \d+ bytes too deep for the gateway's socket in it$/),
      hint: expect.stringContaining('gateway.admin'),
    })
    await here.write('shipwatch.yaml', `data: ${deep}\ngateway: { admin: 127.0.0.1:8081 }`)
    expect((await findConfiguration(undefined, here.root, {})).folder.root).toBe(here.at(deep))
  })
})
