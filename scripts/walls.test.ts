import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lookAtWalls } from './wall-rules.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

describe('the walls', () => {
  let copy: string

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'shipwatch-walls-'))
    await mkdir(join(copy, 'src'))
    await cp(join(ROOT, 'src/kernel'), join(copy, 'src/kernel'), { recursive: true })
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    await cp(join(ROOT, 'tsconfig.json'), join(copy, 'tsconfig.json'))
  })
  afterAll(() => rm(copy, { recursive: true }))

  it('hold where nobody climbs them, and something was looked at', async () => {
    const { modules, violations } = await lookAtWalls(copy)
    expect(modules).toBeGreaterThan(10)
    expect(violations).toEqual([])
  })

  it.each([
    [
      'a pure room that reaches for the store',
      'src/judge/index.ts',
      "import '../store/index.ts'",
      'src/store/index.ts',
      'judge-imports-kernel',
    ],
    [
      'a room that is entered by the window',
      'src/watch/index.ts',
      "import '../judge/odds.ts'",
      'src/judge/odds.ts',
      'door-of-judge',
    ],
    [
      'a PromQL that reaches for the rest of its room',
      'src/watch/promql/odd.ts',
      "import '../traffic/index.ts'",
      'src/watch/traffic/index.ts',
      'promql-imports-kernel',
    ],
    ['a PromQL that reads files', 'src/watch/promql/odd.ts', "import 'node:fs'", 'fs', 'promql-is-pure'],
    [
      'a neighbour that enters PromQL by the window',
      'src/watch/rules/index.ts',
      "import '../promql/evaluate/value.ts'",
      'src/watch/promql/evaluate/value.ts',
      'door-of-promql',
    ],
    [
      'a wing that imports another',
      'src/ship/index.ts',
      "import '../watch/index.ts'",
      'src/watch/index.ts',
      'ship-imports-kernel-judge-gateway-store-logbook',
    ],
    [
      'the kernel resting on something',
      'src/kernel/odd.ts',
      "import '../judge/index.ts'",
      'src/judge/index.ts',
      'kernel-imports-nothing',
    ],
    [
      'a type alone',
      'src/gateway/index.ts',
      "export type { Odd } from '../ship/index.ts'",
      'src/ship/index.ts',
      'gateway-imports-kernel',
    ],
    [
      'two providers that know each other',
      'src/ship/targets/a/index.ts',
      "import '../b/index.ts'",
      'src/ship/targets/b/index.ts',
      'providers-do-not-know-each-other',
    ],
    [
      'a console that reaches behind the API',
      'console/odd.tsx',
      "import type { Odd } from '../src/ship/index.ts'",
      'src/ship/index.ts',
      'the-console-knows-the-client-alone',
    ],
    [
      'a console that carries what checks',
      'console/odd.tsx',
      "export { odd } from '../src/client/index.ts'",
      'src/client/index.ts',
      'the-console-carries-no-schemas',
    ],
    [
      'the shop leaning on the product',
      'examples/shop/odd.ts',
      "import '../../src/kernel/index.ts'",
      'src/kernel/index.ts',
      'the-shop-is-a-stranger',
    ],
  ])('show %s', async (_, from, line, to, rule) => {
    const planted: string[] = []
    for (const [file, text] of [
      [to, 'export type Odd = 1\n'],
      [from, `${line}\n`],
    ] as const) {
      if (file === 'src/kernel/index.ts' || file === 'fs') continue
      await mkdir(join(copy, file, '..'), { recursive: true })
      await writeFile(join(copy, file), text)
      planted.push(file)
    }
    const { violations } = await lookAtWalls(copy)
    for (const file of planted) await rm(join(copy, file))
    expect(violations).toContainEqual(expect.objectContaining({ rule, from, to }))
  })
})
