import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigFile } from './config-file.ts'
import { GatewayConfig, ServiceRoute } from './protocol.ts'

let folder: string
let file: ConfigFile

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shipwatch-config-'))
  file = new ConfigFile(join(folder, 'state', 'config.json'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function config(revision: number): GatewayConfig {
  const shares = [{ version: `v${revision}`, weight: 100, endpoints: [] }]
  return { format: 1, revision, services: [ServiceRoute.parse({ service: 'shop', shares })] }
}

describe('the configuration file', () => {
  it('is empty before anything was written', async () => {
    expect(await file.load()).toEqual({ config: { format: 1, revision: 0, services: [] } })
  })

  it('holds what was written last, a copy of what was before, and nothing else', async () => {
    for (let i = 1; i <= 3; i++) await file.save(config(i))
    expect(await file.load()).toEqual({ config: config(3) })
    expect(GatewayConfig.parse(JSON.parse(await readFile(`${file.path}.bak`, 'utf8')))).toEqual(config(2))
    expect((await readdir(join(folder, 'state'))).toSorted()).toEqual(['config.json', 'config.json.bak'])
  })

  it.each<[string, (text: string) => string]>([
    ['cut in the middle', text => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of another shape', () => '{"format":1,"revision":1,"services":[{"service":"shop"}]}'],
    ['of a later format', text => text.replace('"format":1', '"format":2')],
    [
      'with one place given twice',
      text => {
        const read = JSON.parse(text)
        return JSON.stringify({ ...read, services: [...read.services, { ...read.services[0], service: 'other' }] })
      },
    ],
  ])('%s is set aside, and the copy is taken and told about', async (_, damage) => {
    await file.save(config(1))
    await file.save(config(2))
    const damaged = damage(await readFile(file.path, 'utf8'))
    await writeFile(file.path, damaged)
    const loaded = await file.load()
    expect(loaded.config).toEqual(config(1))
    expect(loaded.warning).toContain('is damaged')
    expect(loaded.warning).toContain('revision 1')
    expect(await readFile(`${file.path}.damaged`, 'utf8')).toBe(damaged)
  })

  it('that is missing beside its copy is no reason to begin empty', async () => {
    await file.save(config(1))
    await file.save(config(2))
    await rm(file.path)
    const loaded = await file.load()
    expect(loaded.config).toEqual(config(1))
    expect(loaded.warning).toContain('is missing')
  })

  it('damaged together with its copy keeps the gateway from starting', async () => {
    await file.save(config(1))
    await file.save(config(2))
    for (const path of [file.path, `${file.path}.bak`]) await writeFile(path, '{')
    await expect(file.load()).rejects.toMatchObject({ code: 'invalid_input', field: 'gateway.stateFile' })
    expect(await readFile(file.path, 'utf8')).toBe('{')
  })

  it('that cannot be written says why, and leaves the one before', async () => {
    await writeFile(join(folder, 'state'), 'a file where a folder should be')
    await expect(file.save(config(1))).rejects.toMatchObject({ code: 'unavailable', field: 'gateway.stateFile' })
  })
})
