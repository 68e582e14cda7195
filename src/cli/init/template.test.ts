import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseDuration } from '../../kernel/index.ts'
import { type Answers, needsShell, scalar, template } from './template.ts'

const ANSWERS: Answers = { name: 'order', command: 'node main.js', ready: '/readyz', tier: 'core', instances: 2 }

interface Written {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly tier: string
        readonly instances: number
        readonly run: {
          readonly command: unknown
          readonly ready: Record<string, unknown>
          readonly stop: { readonly grace: string }
        }
        readonly route: { readonly hosts: readonly string[]; readonly paths: readonly string[] }
        readonly strategy: { readonly stages: readonly Record<string, string>[] }
      }
    >
  >
}

const written = (changed: Partial<Answers> = {}): Written['services'][string] => {
  const { services } = parse(template({ ...ANSWERS, ...changed })) as Written
  const [service] = Object.values(services)
  if (!service) throw new Error('the template has no service')
  return service
}

test('is what was asked for', () => {
  expect(written()).toMatchObject({
    tier: 'core',
    instances: 2,
    run: { command: 'node main.js', ready: { http: '/readyz', timeout: '30s' } },
    route: { hosts: [], paths: ['/'] },
  })
  expect(written({ host: 'shop.example' }).route.hosts).toEqual(['shop.example'])
})

test('is ready by its port where no path answers', () => {
  const { ready: _, ...without } = ANSWERS
  const { services } = parse(template(without)) as Written
  expect(services['order']?.run.ready).toEqual({ tcp: true, timeout: '30s' })
})

test('explains every part, in lines that a screen can show', () => {
  const lines = template(ANSWERS).split('\n')
  expect(lines.filter(line => line.includes('# ')).length).toBeGreaterThan(15)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(120)
})

test('has durations that are some', () => {
  const { run, strategy } = written()
  const durations = [run.stop.grace, ...strategy.stages.flatMap(({ for: time, within }) => [time, within])]
  for (const duration of durations.filter(text => text !== undefined))
    expect(parseDuration(duration)).toBeGreaterThan(0)
})

/** What the configuration makes of `$$`. */
const expanded = (text: unknown): unknown => (typeof text === 'string' ? text.replaceAll('$$', () => '$') : text)

describe('the command', () => {
  test.each([
    ['node main.js', false],
    ["sh -c 'a && b'", false],
    ['a && b', true],
    ['a | b', true],
    ['NODE_ENV=production node main.js', true],
    ['node $HOME/main.js', true],
    ['node --x=1 main.js', false],
  ])('%j needs a shell: %j', (command, needed) => {
    expect(needsShell(command)).toBe(needed)
    const { command: list } = written({ command }).run
    expect(list).toEqual(needed ? ['sh', '-c', command.replaceAll('$', () => '$$')] : command)
  })

  test('is read back as it was given, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), command => {
        const { command: read } = written({ command }).run
        expect(expanded(Array.isArray(read) ? read.at(-1) : read)).toBe(command)
      }),
    )
  })
})

test.each([
  ['order', 'order'],
  ['/', '/'],
  ['/readyz', '/readyz'],
  ['node src/main.js --port {port}', '"node src/main.js --port {port}"'],
  ['true', '"true"'],
  ['No', '"No"'],
  ['12', '"12"'],
  ['a: b', '"a: b"'],
  ['a #b', '"a #b"'],
  ['$PORT', '"$$PORT"'],
])('%s is written %s', (text, yaml) => {
  expect(scalar(text)).toBe(yaml)
})
