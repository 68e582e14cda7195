import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { runCommandLine } from '../cli/index.ts'
import { systemClock } from '../kernel/index.ts'
import { jsonSchemaOf } from './configuration/index.ts'
import { Configuration } from './configuration/schema.ts'
import { findConfiguration } from './find.ts'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'shipwatch-template-'))
})
afterEach(() => rm(cwd, { recursive: true }))

const file = (): string => join(cwd, 'shipwatch.yaml')

/** Writes a configuration as a person does: with `shipwatch init`. */
async function init(...flags: string[]): Promise<string> {
  const said: string[] = []
  const sink = { write: (text: string) => said.push(text) }
  const absent = (): Promise<never> => Promise.reject(new Error('init needs nobody'))
  const code = await runCommandLine(
    ['init', '--force', ...flags],
    { stdin: new PassThrough(), stdout: sink, stderr: sink, env: {}, cwd, signal: new AbortController().signal },
    {
      clock: systemClock,
      version: '1',
      connect: absent,
      local: { up: absent, down: absent, hub: absent, gateway: absent, check: absent },
    },
  )
  if (code !== 0) throw new Error(said.join(''))
  return readFile(file(), 'utf8')
}

const read = async (): Promise<Configuration> => (await findConfiguration(undefined, cwd, {})).loaded.value

/** A comment that would be a line of the configuration without its mark; the words of other comments are prose. */
const EXAMPLE = /^(\s*)# (\s*[a-zA-Z]\w*:(?: .*)?)$/

/** The text with its commented-out examples made valid: each alone, and all of them. */
function examplesIn(text: string): readonly { readonly what: string; readonly text: string }[] {
  const lines = text.split('\n')
  const marked = lines.flatMap((line, i) => (EXAMPLE.test(line) ? [i] : []))
  const blocks: number[][] = []
  for (const i of marked) {
    const last = blocks.at(-1)
    if (last?.at(-1) === i - 1) last.push(i)
    else blocks.push([i])
  }
  const without = (chosen: readonly number[]): string =>
    lines.map((line, i) => (chosen.includes(i) ? line.replace(EXAMPLE, '$1$2') : line)).join('\n')
  return [
    ...blocks.map(block => ({ what: lines[block[0] ?? 0]?.trim() ?? '', text: without(block) })),
    { what: 'all', text: without(marked) },
  ]
}

const COMMANDS = ['node main.js', "sh -c 'a && b'", 'a && b', 'PORT=1 node x', 'serve -l {port} $HOME', './run "a b"']

describe('what `shipwatch init` writes', () => {
  it.each(
    COMMANDS.flatMap(command =>
      (['core', 'edge'] as const).flatMap(tier => [
        ['--command', command, '--tier', tier],
        ['--command', command, '--tier', tier, '--ready', '/readyz', '--host', 'shop.example', '--instances', '1000'],
      ]),
    ),
  )('is valid with %s %j %s %s %s %s', async (...flags) => {
    await init('--name', 'order', ...flags)
    const { services } = await read()
    expect(Object.keys(services)).toEqual(['order'])
    expect(services['order']).toMatchObject({ tier: flags[3], instances: flags.includes('1000') ? 1_000 : 1 })
  })

  it.each(['a', 'a'.repeat(48), '7', 'no', 'true', '1e3', 'a-b'])('is valid for a service called %s', async name => {
    await init('--name', name, '--command', 'node main.js')
    expect(Object.keys((await read()).services)).toEqual([name])
  })

  it.each(['/', '/readyz', '/a?b=c#d', '/a:b', '/$x', '/ü'])('is valid with the readiness path %s', async ready => {
    await init('--command', 'node main.js', '--name', 'order', '--ready', ready)
    expect((await read()).services['order']?.run.ready).toMatchObject({ http: ready })
  })

  it.each(['shop.example', '*.shop.example', 'localhost', '127.0.0.1'])('is valid for the host %s', async host => {
    await init('--command', 'node main.js', '--name', 'order', '--host', host)
    expect((await read()).services['order']?.route.hosts).toEqual([host])
  })

  it('is valid for whatever command line it accepts', async () => {
    const parts = [
      'node',
      'a.js',
      ' ',
      '"',
      "'",
      '\\',
      '$PORT',
      '{port}',
      '*',
      '~',
      '&&',
      '|',
      '(',
      '`',
      '#',
      '!',
      '\n',
      'é',
      '-',
      ':',
    ]
    const line = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 7 }).map(some => some.join(''))
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(line, async command => {
        const refused = await init('--name', 'order', `--command=${command}`).then(
          () => undefined,
          (error: unknown) => String(error),
        )
        if (refused !== undefined) expect(refused).toMatch(/a command is needed|is no command line/)
        else {
          accepted += 1
          expect(Object.keys((await read()).services)).toEqual(['order'])
        }
      }),
      { numRuns: 200 },
    )
    expect(accepted).toBeGreaterThan(20)
  })

  it('says what would be in force without it', async () => {
    await init('--name', 'order', '--command', 'node main.js')
    const written = await read()
    expect(written).toEqual(Configuration.parse({ services: { order: { run: { command: 'node main.js' } } } }))
  })

  it('has examples in its comments, which are valid without their marks', async () => {
    const examples = examplesIn(await init('--name', 'order', '--command', 'node main.js'))
    expect(examples.map(({ what }) => what)).toEqual(['# env:', expect.stringContaining('# limits:'), 'all'])
    for (const { what, text } of examples) {
      await writeFile(file(), text)
      const order = (await read()).services['order']
      if (what !== '# env:') expect(order?.run.limits).toEqual({ memory: '512MiB', cpu: 1 })
      if (!what.includes('limits')) expect(order?.run.env).toEqual({ NODE_ENV: 'production' })
    }
  })

  it.each([
    ['hosts: [] # every host; or ', 'hosts: [shop.example]', 1],
    ['cwd: . # or ', 'cwd: releases/{version}', 1],
    ['tier: edge', 'tier: core', 1],
    ['type: canary # or rolling', 'type: rolling', 8],
    ['type: canary # or rolling, blue-green', 'type: blue-green', 8],
    ['type: canary # or rolling, blue-green, all-at-once', 'type: all-at-once', 8],
    ['onInconclusive: hold # and ask; or promote', 'onInconclusive: promote', 1],
    ['onInconclusive: hold # and ask; or promote, or roll-back', 'onInconclusive: roll-back', 1],
  ])('is valid where “%s …” is followed: %s', async (comment, instead, replaced) => {
    const lines = (await init('--name', 'order', '--command', 'node main.js')).split('\n')
    const at = lines.findIndex(line => line.trim().startsWith(comment))
    expect(lines[at], 'the template says so').toContain(comment)
    const indent = /^\s*/.exec(lines[at] ?? '')?.[0] ?? ''
    lines.splice(at, replaced, `${indent}${instead}`)
    await writeFile(file(), lines.join('\n'))
    expect(Object.keys((await read()).services)).toEqual(['order'])
  })

  it('points an editor at the schema, by which it is valid, too', async () => {
    const text = await init('--name', 'order', '--command', 'a && b', '--host', 'shop.example', '--ready', '/readyz')
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.shipwatch\.schema\.json$/m)
    expect(text).toContain('shipwatch check --schema > .shipwatch.schema.json')
    const Schema = z.fromJSONSchema(jsonSchemaOf(Configuration))
    expect(Schema.safeParse(parse(text)).error).toBeUndefined()
  })
})
