import { z } from 'zod'

const Counts = z.object({ requests: z.number(), bad: z.number() })
const Compared = { signal: z.string(), canary: Counts, stable: Counts }

const Verdict = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['worse', 'over-objective', 'shared-damage']),
    ...Compared,
    objective: z.number().nullish(),
    chance: z.number(),
    beside: z.array(z.string()).default([]),
  }),
  z.object({
    kind: z.literal('no-worse'),
    signals: z.array(z.object({ ...Compared, by: z.string().optional() })).min(1),
    margin: z.number(),
    chance: z.number(),
  }),
  z.object({ kind: z.literal('no-traffic'), version: z.enum(['canary', 'stable', 'both']) }),
  z.object({ kind: z.literal('held'), ...Compared }),
  z.object({
    kind: z.literal('gathering'),
    ...Compared,
    towardPromotion: z.number(),
    towardRollBack: z.number(),
  }),
])
export type Verdict = z.output<typeof Verdict>

const text = z.string()
const number = z.number()
const Fault = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exit'), code: number }),
  z.object({ kind: z.literal('signal'), signal: text }),
  z.object({ kind: z.literal('memory'), signal: text.nullable(), limitBytes: number }),
  z.object({ kind: z.literal('unseen'), when: z.enum(['running', 'no-hub', 'restart']) }),
  z.object({
    kind: z.literal('not-started'),
    get fault(): z.ZodType<Fault> {
      return Fault
    },
  }),
  z.object({ kind: z.enum(['not-asked', 'not-listening', 'closed', 'timeout']) }),
  z.object({ kind: z.literal('status'), status: number }),
  z.object({ kind: z.literal('no-answer'), code: text }),
  z.object({ kind: z.literal('elsewhere'), port: number, ports: z.array(number) }),
  z.object({ kind: z.literal('port-taken'), port: number, pid: number.nullable(), program: text.nullable() }),
  z.object({ kind: z.literal('no-folder'), path: text, found: z.boolean() }),
  z.object({ kind: z.literal('no-program'), path: text, found: z.enum(['nothing', 'folder', 'not-executable']) }),
  z.object({ kind: z.literal('not-in-path'), program: text, cwd: text }),
  z.object({ kind: z.literal('disk-full'), path: text }),
  z.object({ kind: z.literal('unwritable'), path: text, detail: text }),
  z.object({ kind: z.literal('survived'), pids: z.array(number) }),
  z.object({ kind: z.literal('reported'), text }),
])
export type Fault =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'memory'; readonly signal: string | null; readonly limitBytes: number }
  | { readonly kind: 'unseen'; readonly when: 'running' | 'no-hub' | 'restart' }
  | { readonly kind: 'not-started'; readonly fault: Fault }
  | { readonly kind: 'not-asked' | 'not-listening' | 'closed' | 'timeout' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'no-answer'; readonly code: string }
  | { readonly kind: 'elsewhere'; readonly port: number; readonly ports: readonly number[] }
  | { readonly kind: 'port-taken'; readonly port: number; readonly pid: number | null; readonly program: string | null }
  | { readonly kind: 'no-folder'; readonly path: string; readonly found: boolean }
  | { readonly kind: 'no-program'; readonly path: string; readonly found: 'nothing' | 'folder' | 'not-executable' }
  | { readonly kind: 'not-in-path'; readonly program: string; readonly cwd: string }
  | { readonly kind: 'disk-full'; readonly path: string }
  | { readonly kind: 'unwritable'; readonly path: string; readonly detail: string }
  | { readonly kind: 'survived'; readonly pids: readonly number[] }
  | { readonly kind: 'reported'; readonly text: string }

const Whose = { service: text, version: text }
const Output = { fault: Fault, lines: z.array(text), byHand: z.object({ log: text, command: text }) }
const Doubt = z.enum(['mismatch', 'disarmed'])
const Share = number.nullable()

const Reason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('undecided'), choice: z.enum(['hold', 'promote', 'roll-back']), verdict: Verdict }),
  z.object({ kind: z.literal('unproven'), verdict: Verdict }),
  z.object({ kind: z.literal('answered-for'), by: text, doubt: Doubt, version: text, verdict: Verdict }),
  z.object({ kind: z.literal('first-version') }),
  z.object({
    kind: z.literal('doubted'),
    doubt: Doubt,
    version: text,
    keptFrom: z.enum(['going-on', 'promotion', 'roll-back']),
    stage: text.nullable(),
    verdict: Verdict.nullable(),
    late: z.boolean(),
  }),
  z.object({
    kind: z.literal('arrivals'),
    found: z.enum(['as-expected', 'too-few', 'too-many']),
    version: text,
    arrived: number,
    of: number,
    arrivedShare: Share,
    expectedShare: Share,
    chance: Share,
  }),
  z.object({
    kind: z.literal('instances'),
    found: z.enum(['alike', 'differ']),
    version: text,
    signal: text,
    worse: Counts,
    better: Counts,
    chance: Share,
  }),
  z.object({
    kind: z.literal('ordered'),
    order: z.enum(['pause', 'resume', 'rearm', 'promote', 'roll-back']),
    by: text,
    note: text.nullable(),
  }),
  z.object({ kind: z.literal('noted'), note: text }),
  z.object({ kind: z.literal('brought-back'), version: text }),
  z.object({ kind: z.literal('superseded'), version: text }),
  z.object({ kind: z.literal('crash-loop'), ...Whose, times: number, withinMs: number, ...Output }),
  z.object({ kind: z.literal('not-ready'), ...Whose, waitedMs: number, asked: text, ...Output }),
  z.object({ kind: z.enum(['cannot-start', 'cannot-stop']), ...Whose, fault: Fault }),
  z.object({ kind: z.literal('no-instance'), ...Whose, weight: number }),
  z.object({
    kind: z.literal('gateway'),
    fault: z.enum(['silent', 'foreign', 'token-refused', 'token-unread', 'refused']),
    at: text,
    detail: text.nullable(),
  }),
  z.object({ kind: z.literal('reported'), text }),
])
export type Reason = z.output<typeof Reason>

/** Why something happened to a release, as data: a verdict's own reason, or another one. */
export type Why = Verdict | Reason

/** One signal of both versions. */
export type Compared = Pick<Extract<Verdict, { kind: 'held' }>, 'signal' | 'canary' | 'stable'>

/**
 * Reads a reason, or `undefined` where it is of a kind that nobody here can put into words. Tolerant: it comes out of
 * logbooks that newer and older versions wrote, and whoever cannot read it says the English sentence beside it.
 */
export function readWhy(given: unknown): Why | undefined {
  return Verdict.safeParse(given).data ?? Reason.safeParse(given).data
}

/** Whether it is the reason of a verdict itself. */
export function isVerdict(why: Why): why is Verdict {
  return VERDICTS.has(why.kind)
}

const VERDICTS: ReadonlySet<string> = new Set([
  'worse',
  'over-objective',
  'shared-damage',
  'no-worse',
  'no-traffic',
  'held',
  'gathering',
] satisfies Verdict['kind'][])
