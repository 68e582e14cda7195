import { describe, expect, it } from 'vitest'
import { InvalidInput } from '../../kernel/index.ts'
import { decode, isYamlName, readRegularFile, readSources, reasonOf } from './sources.ts'

const system = (code: string): Error => Object.assign(new Error('in the words of the system'), { code })

describe('the files of a folder', () => {
  it.each([
    ['a.yaml', true],
    ['b.yml', true],
    ['服务.yaml', true],
    ['.yaml', false],
    ['.a.yaml', false],
    ['.a.yaml.swp', false],
    ['a.yaml~', false],
    ['a.yaml.bak', false],
    ['a.json', false],
    ['yaml', false],
  ])('%s counts: %j', (name, counts) => {
    expect(isYamlName(name)).toBe(counts)
  })
})

describe('the text of a file', () => {
  it.each([
    [Buffer.from('a: é中\n'), 'a: é中\n'],
    [Buffer.from('\ufeffa: 1'), 'a: 1'],
    ['\ufeffa: 1', 'a: 1'],
    [new Uint8Array(), ''],
  ])('%# is its UTF-8 without a byte order mark', (bytes, text) => {
    expect(decode(bytes)).toBe(text)
  })

  it.each([
    [Buffer.from('\ufeffa', 'utf16le'), 'it is UTF-16; save it as UTF-8'],
    [Buffer.from([0xfe, 0xff, 0, 97]), 'it is UTF-16; save it as UTF-8'],
    [Buffer.from([97, 0xff]), 'it is not UTF-8 text'],
  ])('%# is refused when it is not UTF-8', (bytes, message) => {
    expect(() => decode(bytes)).toThrow(new InvalidInput(message))
  })
})

describe('why a file cannot be read', () => {
  it.each([
    [system('ENOENT'), 'it does not exist'],
    [system('EACCES'), 'permission denied'],
    [system('EISDIR'), 'it is a folder'],
    [system('EIO'), 'in the words of the system'],
    [new InvalidInput('it is larger than 4 MiB'), 'it is larger than 4 MiB'],
    ['thrown text', 'thrown text'],
  ])('%s', (error, reason) => {
    expect(reasonOf(error)).toBe(reason)
  })

  it('is told of each file through any reader', async () => {
    const read = await readSources('x/shipwatch.yaml', () => Promise.reject(system('EIO')))
    expect(read).toEqual({
      sources: [],
      files: ['x/shipwatch.yaml'],
      faults: [
        {
          file: 'x/shipwatch.yaml',
          line: 0,
          column: 0,
          path: '',
          message: 'cannot be read: in the words of the system',
        },
      ],
    })
  })

  it('is told of a folder that goes while it is looked at', async () => {
    const { faults } = await readSources('gone/folder', () => Promise.reject(system('EISDIR')))
    expect(faults).toEqual([
      { file: 'gone/folder', line: 0, column: 0, path: '', message: 'cannot be read: it does not exist' },
    ])
  })

  it('is, for a folder, that it is one', async () => {
    await expect(readRegularFile(import.meta.dirname)).rejects.toMatchObject({ code: 'EISDIR' })
  })
})
