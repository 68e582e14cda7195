import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatFault } from './fault.ts'
import { loadConfiguration } from './load.ts'
import { loadText, Sample } from './sample.fixture.ts'

const ORDER = 'services:\n  order:\n    port: 80\n'

async function told(...given: Parameters<typeof loadText>): Promise<string[]> {
  const loaded = await loadText(...given)
  return loaded.ok ? [] : loaded.faults.map(formatFault)
}

describe('a configuration that is right', () => {
  it('is read, with defaults and units', async () => {
    const text = `
services:
  order:
    version: "1.10"
    port: 8080
    memory: 512MiB
    strategy:
      kind: canary
      stages: [{ weight: 5%, for: 1m30s }, { weight: 50 }]
    checks: [{ type: tcp, port: 1 }]
    ready: { after: 5s, tries: 3 }
`
    const loaded = await loadText(text)
    expect(loaded).toMatchObject({ ok: true, files: ['shipwatch.yaml'], secrets: [] })
    expect(loaded.ok && loaded.value).toEqual({
      hub: { host: '127.0.0.1', port: 7700 },
      services: {
        order: {
          version: '1.10',
          port: 8080,
          memory: 536_870_912,
          strategy: {
            kind: 'canary',
            stages: [{ weight: 5, for: 90_000 }, { weight: 50 }],
            warmUp: 30_000,
            onInconclusive: 'hold',
          },
          checks: [{ type: 'tcp', port: 1 }],
          ready: { after: 5_000, tries: 3 },
          tier: 'edge',
          enabled: true,
          env: {},
        },
      },
    })
  })

  it('may keep anchors under keys that begin with x-', async () => {
    const loaded = await loadText(
      'x-base: &base { port: 80, tier: core }\nservices: { a: *base, b: { <<: *base, port: 81 } }',
    )
    expect(loaded.ok && loaded.value.services).toMatchObject({
      a: { port: 80, tier: 'core' },
      b: { port: 81, tier: 'core' },
    })
  })

  it.each([
    ['as UTF-8 with a byte order mark', '\ufeff'],
    ['after comments', '# ours\n\n'],
  ])('is read %s', async (_, before) => {
    expect((await loadText(before + ORDER)).ok).toBe(true)
  })
})

describe('what comes from the environment', () => {
  const text = `${ORDER}    enabled: \${ON}\n    version: \${VERSION}\nhub: { port: "\${PORT}" }\n`

  it('is a number or a yes-or-no where the schema asks for one, and a text where it asks for a text', async () => {
    const loaded = await loadText(text, { ON: 'false', VERSION: '1.10', PORT: '0080' })
    expect(loaded.ok && [loaded.value.services['order'], loaded.value.hub.port]).toMatchObject([
      { enabled: false, version: '1.10' },
      80,
    ])
  })

  it('is refused by the name of its variable, never by its value', async () => {
    expect(await told(text, { ON: 'hunter2', VERSION: 'x', PORT: 'hunter3' })).toEqual([
      'shipwatch.yaml:4:14: services.order.enabled: expected true or false, got "${ON}"',
      'shipwatch.yaml:6:14: hub.port: expected a whole number, got "${PORT}"',
    ])
  })

  it('is missed once at every place that names it, together with everything else that is wrong', async () => {
    expect(await told(text, { ON: 'maybe' })).toEqual([
      'shipwatch.yaml:4:14: services.order.enabled: expected true or false, got "${ON}"',
      'shipwatch.yaml:5:14: services.order.version: the environment variable VERSION is not set; set it, or write ${VERSION:-default}',
      'shipwatch.yaml:6:15: hub.port: the environment variable PORT is not set; set it, or write ${PORT:-default}',
    ])
  })
})

describe('a secret', () => {
  const text = `password: file:secrets/password\n${ORDER}    token: "\${TOKEN}"\n    notify: { url: "https://x.example", password: plain }\n`
  const files = (password: string) => ({ [join(process.cwd(), 'secrets/password')]: password })

  it('is taken from a file beside the configuration, from the environment, or as it stands', async () => {
    const loaded = await loadText(text, { TOKEN: 'env-token' }, files('from-file\r\n'))
    if (!loaded.ok) throw new Error(loaded.faults.map(formatFault).join('\n'))
    expect(loaded.value.password?.reveal()).toBe('from-file')
    expect(loaded.secrets.map(secret => secret.reveal()).toSorted()).toEqual(['env-token', 'from-file', 'plain'])
    expect(loaded.files).toEqual(['shipwatch.yaml', join(process.cwd(), 'secrets/password')])
    expect(inspect(loaded, { depth: 20 }) + JSON.stringify(loaded)).not.toMatch(/from-file|env-token|plain/)
  })

  it.each([
    ['', 'it is empty'],
    ['\n', 'it is empty'],
  ])('is not what a file with %j holds', async (content, reason) => {
    expect(await told(text, { TOKEN: 't' }, files(content))).toEqual([
      `shipwatch.yaml:1:11: password: the secret cannot be read from secrets/password: ${reason}`,
    ])
  })

  it('is missed together with everything else that is wrong', async () => {
    expect(await told(`${text}    prot: 1\n`, { TOKEN: 'file:${HOME}/hunter2' })).toEqual([
      'shipwatch.yaml:1:11: password: the secret cannot be read from secrets/password: it does not exist',
      'shipwatch.yaml:5:12: services.order.token: the secret cannot be read from "${TOKEN}": it does not exist',
      'shipwatch.yaml:7:5: services.order.prot: unknown key “prot”; did you mean “port”?',
    ])
  })

  it.each([
    [`${ORDER}    token: 271828\n`, 'expected a secret (text, ${NAME} or file:PATH), got a number; put it in quotes'],
    [`${ORDER}    token: [271828]\n`, 'expected a secret (text, ${NAME} or file:PATH), got a list'],
    [`${ORDER}    notify: [271828]\n`, 'expected a map or a secret (text, ${NAME} or file:PATH), got a list'],
    [
      `${ORDER}    notify: { url: "https://x.example", pasword: 271828 }\n`,
      'unknown key “pasword”; did you mean “password”?',
    ],
    [`${ORDER}    token: *271828\n`, 'no anchor of this name stands before it; a text that begins with * needs quotes'],
    [`${ORDER}    token: ""\n`, 'a secret is empty'],
  ])('is not shown when %j is wrong', async (text, message) => {
    const faults = await loadText(text)
    expect(JSON.stringify(faults)).not.toContain('271828')
    expect(faults.ok ? [] : faults.faults.map(fault => fault.message + (fault.hint ? `; ${fault.hint}` : ''))).toEqual([
      message,
    ])
  })
})

describe('configuration on the disk', () => {
  let root = ''
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'shipwatch-configuration-'))
  })
  afterAll(async () => {
    await rm(root, { recursive: true })
  })

  async function place(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const folder = join(root, name)
    await mkdir(folder)
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), content)
    }
    return folder
  }

  async function toldOf(path: string): Promise<string[]> {
    const loaded = await loadConfiguration(Sample, { path, env: {} })
    return loaded.ok ? [] : loaded.faults.map(fault => formatFault(fault).replaceAll(root, ''))
  }

  it('is laid together from the files of a folder, each path relative to its own file', async () => {
    const folder = await place('together', {
      'a.yaml': 'services: { order: { port: 1 } }\npassword: file:secret.txt',
      'b.yml': 'services: { pay: { port: 2 } }\nhub: { port: 7 }',
      'c.yaml': '# nothing yet',
      'secret.txt': 'hunter2\n',
      '.hidden.yaml': '{',
      'notes.txt': '{',
      'd.yaml~': '{',
    })
    const loaded = await loadConfiguration(Sample, { path: folder, env: {} })
    expect(loaded).toMatchObject({
      ok: true,
      value: { hub: { port: 7 }, services: { order: { port: 1 }, pay: { port: 2 } } },
      files: ['a.yaml', 'b.yml', 'c.yaml', 'secret.txt'].map(name => join(folder, name)),
    })
    expect(loaded.ok && loaded.value.password?.reveal()).toBe('hunter2')
  })

  it('names both places of what two files define, and goes on in the order of the files', async () => {
    const folder = await place('twice', {
      'a.yaml': 'hub:\n  port: 1\nservices:\n  order:\n    port: x\n',
      'b.yaml': 'services:\n  pay: { port: y }\n  order: { port: 2 }\nhub: { port: 2, host: h }\n',
    })
    expect(await toldOf(folder)).toEqual([
      '/twice/a.yaml:5:11: services.order.port: expected a whole number from 1 to 65535, got "x"',
      '/twice/b.yaml:2:16: services.pay.port: expected a whole number from 1 to 65535, got "y"',
      '/twice/b.yaml:3:3: services.order: “order” is defined twice; first at /twice/a.yaml:4:3',
      '/twice/b.yaml:4:8: hub.port: “port” is defined twice; first at /twice/a.yaml:2:3',
    ])
  })

  it.each([
    [
      'missing',
      {},
      '/shipwatch.yaml',
      '/missing/shipwatch.yaml: no shipwatch.yaml in /missing; write one with `shipwatch init`',
    ],
    ['nothing', { 'notes.txt': '' }, '', '/nothing: no .yaml file in /nothing; write one with `shipwatch init`'],
    ['folder', { 'a.yaml/b.txt': '' }, '', '/folder/a.yaml: a folder has the name of a file; rename it'],
    [
      'under',
      { 'a.yaml': '' },
      '/a.yaml/b.yaml',
      '/under/a.yaml/b.yaml: cannot be read: a part of its path is not a folder',
    ],
    ['empty', { 'a.yaml': '' }, '/a.yaml', '/empty/a.yaml:1:1: the file is empty'],
    ['one-empty', { 'a.yaml': ORDER, 'b.yaml': '' }, '', '/one-empty/b.yaml:1:1: the file is empty'],
    [
      'comments',
      { 'a.yaml': '# a' },
      '',
      '/comments/a.yaml:1:1: nothing but comments; write one with `shipwatch init`',
    ],
    [
      'utf-16',
      { 'a.yaml': Buffer.from('\ufeffa: 1', 'utf16le') },
      '',
      '/utf-16/a.yaml: cannot be read: it is UTF-16; save it as UTF-8',
    ],
    [
      'latin-1',
      { 'a.yaml': Buffer.from('a: é', 'latin1') },
      '',
      '/latin-1/a.yaml: cannot be read: it is not UTF-8 text',
    ],
    [
      'huge',
      { 'a.yaml': `# ${'x'.repeat(4 * 2 ** 20)}` },
      '/a.yaml',
      '/huge/a.yaml: cannot be read: it is larger than 4 MiB',
    ],
    ['list', { 'a.yaml': '- a' }, '', '/list/a.yaml:1:1: expected a map of settings, got a list'],
    [
      'text',
      { 'a.yaml': ORDER, 'b.yaml': 'hello' },
      '',
      '/text/b.yaml:1:1: expected a map of settings, got a single value',
    ],
  ])('that is %s is told in one line', async (name, files, path, fault) => {
    expect(await toldOf((await place(name, files)) + path)).toEqual([fault])
  })

  it('tells only of broken YAML while there is any: the rest would be guesses', async () => {
    const folder = await place('broken', { 'a.yaml': 'services: [', 'b.yaml': 'hub: { prot: 1 }', 'c.yaml': '\ta: 1' })
    expect(await toldOf(folder)).toEqual([
      '/broken/a.yaml:1:11: a bracket is opened here and never closed',
      '/broken/c.yaml:1:1: a tab is used for indentation; use spaces',
    ])
  })

  it('is not read from a device, which would never end', async () => {
    expect(await toldOf('/dev/zero')).toEqual(['/dev/zero: cannot be read: it is not a regular file'])
  })

  it('is told to be unreadable when it may not be read, or its links run in a circle', async () => {
    const folder = await place('closed', { 'a.yaml': ORDER })
    await symlink('circle.yaml', join(folder, 'circle.yaml'))
    await chmod(join(folder, 'a.yaml'), 0o000)
    const faults = await toldOf(folder)
    // Root may read everything, so for root the first file is no fault.
    expect(faults.filter(fault => !fault.endsWith('a.yaml: cannot be read: permission denied'))).toEqual([
      '/closed/circle.yaml: cannot be read: its symbolic links run in a circle',
    ])
    expect(faults).toHaveLength(process.getuid?.() === 0 ? 1 : 2)
  })

  it('has a digest that changes with any byte of it, and with nothing else', async () => {
    const folder = await place('digest', { 'a.yaml': `password: file:p\n${ORDER}`, p: 'one' })
    const digest = async (): Promise<string> => (await loadConfiguration(Sample, { path: folder, env: {} })).digest
    const before = await digest()
    expect(await digest()).toBe(before)
    await writeFile(join(folder, 'p'), 'two')
    const after = await digest()
    expect(after).not.toBe(before)
    await writeFile(join(folder, 'b.yaml'), '# more')
    expect(await digest()).not.toBe(after)
  })
})

describe('any file whatever', () => {
  const anyValue = fc.json({ maxDepth: 3 })
  const anyService = fc.record(
    {
      port: fc.oneof(fc.integer(), anyValue),
      strategy: fc.oneof(fc.constant({ kind: 'canary', stages: [{ weight: '5%' }] }), anyValue),
      checks: fc.array(fc.oneof(fc.record({ type: fc.constantFrom('http', 'tcp', 'x'), port: fc.nat() }), anyValue)),
      ready: fc.oneof(fc.constantFrom('5s', 'never', 5), anyValue),
      token: fc.constantFrom('hunter2-hunter2', 'file:hunter2-hunter2'),
      notify: anyValue,
      other: anyValue,
    },
    { requiredKeys: [] },
  )

  it('is read or refused in words, and never throws', async () => {
    const anyText = fc.oneof(
      fc.string(),
      fc
        .record({ services: fc.dictionary(fc.constantFrom('order', 'Pay!', 'pay'), anyService) })
        .map(value => JSON.stringify(value)),
    )
    await fc.assert(
      fc.asyncProperty(anyText, async text => {
        const loaded = await loadText(text)
        if (loaded.ok) return
        expect(loaded.faults.length).toBeGreaterThan(0)
        for (const fault of loaded.faults) {
          expect(fault.message).toMatch(/\S/)
          expect(fault.message).not.toMatch(/invalid input|undefined|\[object/i)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never gives a secret away', async () => {
    await fc.assert(
      fc.asyncProperty(anyService, async service => {
        const loaded = await loadText(
          JSON.stringify({ services: { order: { ...service, token: 'hunter2-hunter2' } }, x: 1 }),
        )
        expect(loaded.ok).toBe(false)
        expect(inspect(loaded, { depth: 20 })).not.toContain('hunter2')
      }),
    )
  })
})
