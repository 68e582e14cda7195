import { registerHooks } from 'node:module'
import type { ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser'

/** Which rooms of src/ each room may import from. A room that is missing here may not be imported by any. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  judge: ['kernel'],
  gateway: ['kernel'],
  store: ['kernel'],
  logbook: ['kernel', 'store'],
  ship: ['kernel', 'judge', 'gateway', 'store', 'logbook'],
  watch: ['kernel', 'judge', 'gateway', 'store', 'logbook'],
  alert: ['kernel', 'store', 'logbook'],
  access: ['kernel', 'store', 'logbook'],
  client: ['kernel'],
  cli: ['kernel', 'client'],
  http: ['kernel', 'judge', 'store', 'logbook', 'ship', 'watch', 'alert', 'access', 'client'],
  app: ['kernel', 'judge', 'gateway', 'store', 'logbook', 'ship', 'watch', 'alert', 'access', 'client', 'cli', 'http'],
}

/** Folders whose providers must not know of each other. */
const PROVIDERS = ['src/ship/targets', 'src/ship/routers', 'src/alert/channels']

/** Rooms inside a room that are exported for anyone to use, and so have a door of their own. */
const INNER_DOORS = ['^src/watch/promql/index\\.ts$']

const WHY: Readonly<Record<string, string>> = {
  kernel: 'everything rests on the kernel; it rests on nothing',
  judge: 'the mathematics is pure and exported for anyone to use',
  gateway: 'the data plane outlives the hub and starts without it',
  cli: 'the command line can do nothing that the API cannot',
}

const CONSOLE_TESTS = ['^console/test/', '\\.(test|fixture)\\.tsx?$', '^console/vite\\.config\\.ts$']

function rules(): IForbiddenRuleType[] {
  const rooms = Object.entries(MAY_IMPORT).map(
    ([room, may]): IForbiddenRuleType => ({
      name: `${room}-imports-${may.length === 0 ? 'nothing' : may.join('-')}`,
      severity: 'error',
      comment: WHY[room] ?? 'see “Who may import whom” in ARCHITECTURE.md',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: [room, ...may].map(other => `^src/${other}/`) },
    }),
  )
  const doors = Object.keys(MAY_IMPORT)
    .filter(room => room !== 'kernel')
    .map(
      (room): IForbiddenRuleType => ({
        name: `door-of-${room}`,
        severity: 'error',
        comment: "a room's only door is its index.ts",
        from: { path: '^(src|console|bench|test|examples|scripts)/', pathNot: `^src/${room}/` },
        to: { path: `^src/${room}/`, pathNot: [`^src/${room}/index\\.ts$`, ...INNER_DOORS, '\\.fixture\\.ts$'] },
      }),
    )
  const providers = PROVIDERS.map(
    (folder): IForbiddenRuleType => ({
      name: 'providers-do-not-know-each-other',
      severity: 'error',
      comment: 'adding or removing one touches its folder and one line of the registry',
      from: { path: `^${folder}/([^/]+)/` },
      to: { path: `^${folder}/[^/]+/`, pathNot: `^${folder}/$1/` },
    }),
  )
  return [
    ...rooms,
    ...doors,
    ...providers,
    {
      name: 'promql-imports-kernel',
      severity: 'error',
      comment: 'PromQL is pure and exported for anyone to use',
      from: { path: '^src/watch/promql/' },
      to: { path: '^src/', pathNot: ['^src/(watch/promql|kernel)/'] },
    },
    {
      name: 'promql-is-pure',
      severity: 'error',
      comment: 'PromQL runs wherever JavaScript does, and what it reads it is given',
      from: { path: '^src/watch/promql/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'door-of-promql',
      severity: 'error',
      comment: "a room's only door is its index.ts",
      from: { path: '^src/watch/', pathNot: '^src/watch/promql/' },
      to: { path: '^src/watch/promql/', pathNot: [...INNER_DOORS, '\\.fixture\\.ts$'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'two files that need each other are one file, or three',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'the-console-knows-the-client-alone',
      severity: 'error',
      comment: 'the console is one more client of the API: it knows what comes and goes, and nothing of how',
      from: { path: '^console/', pathNot: CONSOLE_TESTS },
      to: { path: '^(src|bench|test|scripts|examples)/', pathNot: '^src/client/' },
    },
    {
      name: 'the-console-carries-no-schemas',
      severity: 'error',
      comment: 'what checks types in the hub would be half of what the browser has to load',
      from: { path: '^console/', pathNot: CONSOLE_TESTS },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-shop-is-a-stranger',
      severity: 'error',
      comment: 'the example shop proves the product as a stranger would, and is not part of it',
      from: { path: '^examples/shop/' },
      to: { path: '^(src|bench|test|scripts)/' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      comment: 'code that ships does not need its tests',
      from: { path: '^src/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: '(\\.(test|fixture)\\.ts$)|(^(test|bench|scripts|examples)/)|(^src/kernel/fake-clock\\.ts$)' },
    },
  ]
}

/** `from` imports something of `to`. */
export interface Passage {
  readonly from: string
  readonly to: string
}

export interface Violation {
  readonly rule: string
  readonly why: string
  readonly from: string
  readonly to: string
}

/** Reads every module under `root` and tells which imports climb a wall. */
export async function lookAtWalls(
  root: string,
): Promise<{ modules: number; violations: Violation[]; passages: Passage[] }> {
  // dependency-cruiser needs the compiler's API, which TypeScript 7 does not have yet: without this it
  // reads no TypeScript at all, and passes.
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier.replace(/^typescript(?=$|\/)/, '@typescript/typescript6'), context),
  })
  const { cruise } = await import('dependency-cruiser')
  const folders = ['src', 'console', 'bench', 'test', 'examples', 'scripts']
  const { existsSync } = await import('node:fs')
  const forbidden = rules()
  const result = await cruise(
    folders.filter(folder => existsSync(`${root}/${folder}`)),
    {
      baseDir: root,
      ruleSet: { forbidden },
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: 'node_modules' },
    },
    { extensions: ['.ts', '.tsx', '.js', '.json'], conditionNames: ['import', 'node'] },
  )
  hooks.deregister()
  const { summary, modules } = result.output as ICruiseResult
  return {
    passages: passagesOf(modules),
    modules: modules.filter(module => /\.tsx?$/.test(module.source)).length,
    violations: summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      why: forbidden.find(known => known.name === rule.name)?.comment ?? '',
      from,
      to,
    })),
  }
}

const roomOf = (file: string): string | undefined => /^src\/([^/]+)\//.exec(file)?.[1]

/** Which rooms of the product use which; tests and their fixtures left aside. */
function passagesOf(modules: ICruiseResult['modules']): Passage[] {
  const found = new Map<string, Passage>()
  for (const { source, dependencies } of modules) {
    const from = roomOf(source)
    if (from === undefined || /\.(test|fixture)\.ts$/.test(source)) continue
    for (const { resolved } of dependencies) {
      const to = roomOf(resolved)
      if (to !== undefined && to !== from) found.set(`${from} ${to}`, { from, to })
    }
  }
  return [...found.values()].toSorted((a, b) => a.from.localeCompare(b.from) || a.to.localeCompare(b.to))
}
