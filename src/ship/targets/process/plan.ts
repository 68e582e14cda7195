import { resolve } from 'node:path'
import { z } from 'zod'
import { ByteSize, Duration } from '../../../kernel/index.ts'
import type { ProcessRun } from './schema.ts'
import { splitWords } from './words.ts'

/**
 * How to run an instance, with nothing left to look up: it is kept in the instance's record, so that a
 * restart needs neither the configuration nor the release.
 */
export const Plan = z.object({
  argv: z.array(z.string()).min(1),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  ready: z.object({ http: z.string().optional(), timeoutMs: z.number(), everyMs: z.number() }),
  stop: z.object({ graceMs: z.number(), drainMs: z.number() }),
  restart: z.object({ backoffMs: z.number(), maxBackoffMs: z.number(), exits: z.number(), withinMs: z.number() }),
  logs: z.object({ maxSizeBytes: z.number(), keep: z.number() }),
  limits: z.object({ memoryBytes: z.number().optional(), cpu: z.number().optional() }),
  fixedPort: z.number().optional(),
})
export type Plan = Readonly<z.output<typeof Plan>>

/** Turns a configuration into a plan for one version. A relative `cwd` is relative to `root`. `{port}` is still open. */
export function planRun(run: ProcessRun, version: string, root: string): Plan {
  const fill = (text: string): string => text.replaceAll('{version}', version)
  const { http, timeout, every } = run.ready
  const { memory, cpu } = run.limits
  return {
    argv: wordsOf(run.command).map(fill),
    cwd: resolve(root, fill(run.cwd)),
    env: Object.fromEntries(Object.entries(run.env).map(([name, value]) => [name, fill(value)])),
    ready: {
      ...(http === undefined ? {} : { http }),
      timeoutMs: Duration.parse(timeout),
      everyMs: Duration.parse(every),
    },
    stop: { graceMs: Duration.parse(run.stop.grace), drainMs: Duration.parse(run.stop.drain) },
    restart: {
      backoffMs: Duration.parse(run.restart.backoff),
      maxBackoffMs: Duration.parse(run.restart.maxBackoff),
      exits: run.restart.crashLoop.exits,
      withinMs: Duration.parse(run.restart.crashLoop.within),
    },
    logs: { maxSizeBytes: ByteSize.parse(run.logs.maxSize), keep: run.logs.keep },
    limits: {
      ...(memory === undefined ? {} : { memoryBytes: ByteSize.parse(memory) }),
      ...(cpu === undefined ? {} : { cpu }),
    },
    ...(run.port === undefined ? {} : { fixedPort: run.port }),
  }
}

function wordsOf(command: string | readonly string[]): readonly string[] {
  if (typeof command !== 'string') return command
  const split = splitWords(command)
  return split.ok ? split.words : []
}

/** What an instance finds in its environment beside the configured: who it is and where it is to listen. */
export interface Identity {
  readonly id: string
  readonly service: string
  readonly version: string
  readonly port: number
}

/** The variable that says to which instance a process belongs; also how a lost one is found again. */
export const MARK = 'SHIPWATCH_INSTANCE'

/**
 * What an instance may inherit from the hub. The rest is kept from it: the hub's own `DATABASE_URL`
 * in a service that reads a variable of that name would be a disaster, and its secrets are not the
 * service's to read.
 */
const INHERITED =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LANG|LANGUAGE|LC_[A-Z]+|XDG_RUNTIME_DIR|SSL_CERT_(?:FILE|DIR))$/

/** The exact argv, folder and environment of one instance. */
export function commandFor(
  plan: Plan,
  who: Identity,
  inherited: Readonly<Record<string, string | undefined>>,
): { readonly argv: readonly string[]; readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
  const fill = (text: string): string => text.replaceAll('{port}', String(who.port))
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(inherited))
    if (value !== undefined && INHERITED.test(name)) env[name] = value
  for (const [name, value] of Object.entries(plan.env)) env[name] = fill(value)
  env['VERSION'] = who.version
  env['PORT'] = String(who.port)
  env['SHIPWATCH_SERVICE'] = who.service
  env['SHIPWATCH_VERSION'] = who.version
  env[MARK] = who.id
  return { argv: plan.argv.map(fill), cwd: plan.cwd, env }
}
