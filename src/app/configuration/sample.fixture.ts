import { z } from 'zod'
import { ByteSize, Duration, Percent, Secret } from '../../kernel/index.ts'
import { loadConfiguration } from './load.ts'

const Stage = z.strictObject({
  weight: Percent.describe('Share of the traffic.'),
  for: Duration.optional().describe('How long the stage lasts.'),
})

const Strategy = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('canary'),
    stages: z.array(Stage).min(1),
    warmUp: Duration.default(30_000),
    onInconclusive: z.enum(['hold', 'go-on', 'take-back']).default('hold'),
  }),
  z.strictObject({
    kind: z.literal('rolling'),
    maxSurge: z.union([z.int().min(1), Percent]).default(1),
    maxUnavailable: z.int().min(0).max(100).default(0),
  }),
  z.strictObject({ kind: z.literal('all-at-once') }),
])

/** Told apart by a literal, but not declared as discriminated. */
const Check = z.union([
  z.strictObject({ type: z.literal('http'), path: z.string().startsWith('/'), expect: z.int().default(200) }),
  z.strictObject({ type: z.literal('tcp'), port: z.int() }),
])

/** Told apart by its shape alone. */
const Ready = z.union([Duration, z.literal('never'), z.strictObject({ after: Duration, tries: z.int().min(1) })])

const Service = z
  .strictObject({
    version: z.string().optional(),
    port: z.int().min(1).max(65_535),
    strategy: Strategy.optional(),
    checks: z.array(Check).default([]),
    ready: Ready.default(0),
    tier: z.enum(['core', 'edge']).default('edge'),
    enabled: z.boolean().default(true),
    memory: ByteSize.optional(),
    owner: z.email().optional(),
    hook: z.url().optional(),
    env: z.record(z.string(), z.string()).default({}),
    token: Secret.optional().describe('What the registry asks for.'),
    notify: z.union([Secret, z.strictObject({ url: z.url(), password: Secret })]).optional(),
  })
  .refine(service => service.tier !== 'core' || service.strategy?.kind !== 'all-at-once', {
    path: ['strategy', 'kind'],
    message: 'a core service cannot be replaced all at once',
  })

/** What a shop's file may say: every construct that the rooms' schemas use. */
export const Sample = z.strictObject({
  hub: z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: z.int().default(7700) }).prefault({}),
  password: Secret.optional(),
  services: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected lower-case letters, digits and dashes'), Service),
})
export type Sample = z.output<typeof Sample>

/** Loads one text as `shipwatch.yaml`; other files are taken from `files`. */
export async function loadText(
  text: string,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
) {
  const readFile = async (path: string): Promise<Uint8Array | string> => {
    if (path === 'shipwatch.yaml') return text
    const content = files[path]
    if (content === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    return content
  }
  return await loadConfiguration(Sample, { path: 'shipwatch.yaml', env, readFile })
}
