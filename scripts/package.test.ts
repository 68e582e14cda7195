import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

describe('what is published', () => {
  let folder: string
  let installed: string

  /** As `npm install shipwatch` would leave it: compiled, beside the packages that it depends on. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shipwatch-package-'))
    installed = join(folder, 'node_modules/shipwatch')
    await mkdir(installed, { recursive: true })
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', join(installed, 'dist')], {
      cwd: ROOT,
    })
    await cp(join(ROOT, 'package.json'), join(installed, 'package.json'))
    for (const name of await readdir(join(ROOT, 'node_modules'))) {
      if (!name.startsWith('.')) await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name))
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('runs as plain JavaScript', async () => {
    const { stdout } = await run(process.execPath, [join(installed, 'dist/main.js'), 'version', '--json'], {
      cwd: folder,
    })
    expect(JSON.parse(stdout)).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  })

  it('gives the verdict to anyone, as a module without side effects', async () => {
    const file = join(folder, 'try.mjs')
    await writeFile(
      file,
      `import { begin, judge, observe, releasePlan } from 'shipwatch/verdict'
       const plan = releasePlan({ signals: [{ name: 'errors' }] })
       const seen = { signal: 'errors', canary: { requests: 500, bad: 40 }, stable: { requests: 5_000, bad: 10 } }
       console.log(judge(plan, observe(plan, begin(plan), seen)).kind)`,
    )
    const { stdout } = await run(process.execPath, [file], { cwd: folder })
    expect(stdout.trim()).toBe('roll-back')
  })

  it('gives PromQL to anyone, over a storage of their own', async () => {
    const file = join(folder, 'ask.mjs')
    await writeFile(
      file,
      `import { Engine, Labels, MemorySeries, parse, print } from 'shipwatch/promql'
       const series = new MemorySeries()
       for (let i = 0; i <= 20; i++) series.append({ __name__: 'sold_total', job: 'shop' }, i * 15_000, 30 * i)
       const query = print(parse('sum(rate(sold_total[5m]))by(job)'))
       const { value } = await new Engine().instant(series, query, 300_000)
       const samples = { timesMs: Float64Array.of(0), values: Float64Array.of(3) }
       const storage = { select: async () => [{ labels: Labels.of({ __name__: 'up' }), samples }] }
       const own = await new Engine().instant(storage, 'up', 1)
       console.log(query, value[0].labels.toString(), value[0].value.toFixed(3), own.value[0].value)`,
    )
    const { stdout } = await run(process.execPath, [file], { cwd: folder })
    expect(stdout.trim()).toBe('sum by (job) (rate(sold_total[5m])) {job="shop"} 2.000 3')
  })

  it('holds no tests and no fixtures', async () => {
    const files = await readdir(join(installed, 'dist'), { recursive: true })
    expect(files.filter(name => /\.(test|fixture)\./.test(name))).toEqual([])
    expect(files).toContain('main.js')
  })
})
