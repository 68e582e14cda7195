import { z } from 'zod'
import { ByteSize, Duration } from '../../../kernel/index.ts'
import { splitWords } from './words.ts'

/*
 * The values stay as they were written: what is stored with a release is what a person wrote, and
 * reading it a second time gives the same. `plan.ts` turns it into numbers.
 */
const DurationText = z.string().superRefine((text, context) => passOn(Duration.safeParse(text), context))
const PositiveDuration = DurationText.refine(text => !isZero(text), { error: 'expected more than 0' })
const SizeText = z
  .union([z.string(), z.number()])
  .superRefine((value, context) => passOn(ByteSize.safeParse(value), context))

const Command = z
  .union([z.string(), z.array(z.string())], { error: 'expected a command line or a list of words' })
  .superRefine((command, context) => {
    const complain = (message: string): void => context.addIssue({ code: 'custom', message, input: command })
    if (typeof command !== 'string') {
      if (!command[0]) complain('expected at least the program to run')
      return
    }
    const split = splitWords(command)
    if (!split.ok) {
      complain(`cannot be split into words: ${split.reason}`)
      return
    }
    if (!split.words[0]) complain('expected at least the program to run')
    const [found] = split.shell
    if (found) complain(needsShell(found.text, found.why))
  })

function needsShell(text: string, why: string): string {
  const remedy = /PORT/.test(text) ? 'write {port} for the port' : 'write ["sh", "-c", "exec …"] to run a shell'
  return `contains ${text}, but ${why}; ${remedy}, or put it in single quotes to mean the characters themselves`
}

const RESERVED = /^(?:PORT|VERSION|SHIPWATCH_.*)$/
const Environment = z.record(z.string(), z.string()).superRefine((env, context) => {
  for (const name of Object.keys(env)) {
    const message = RESERVED.test(name)
      ? `is set by Shipwatch itself${name === 'PORT' ? '; write `port:` beside `command:` to fix it' : ''}`
      : 'expected a name without = in it'
    if (RESERVED.test(name) || name === '' || name.includes('='))
      context.addIssue({ code: 'custom', message, path: [name], input: name })
  }
})

const Ready = z
  .strictObject({
    http: z
      .string()
      .startsWith('/', { error: 'expected a path that begins with /' })
      .optional()
      .describe('A path that answers 2xx when the instance may have traffic.'),
    tcp: z.literal(true).optional().describe('Ready when the port accepts a connection.'),
    timeout: PositiveDuration.default('30s').describe('How long a start may take.'),
    every: PositiveDuration.default('250ms').describe('How often a starting instance is asked.'),
  })
  .refine(ready => (ready.http === undefined) !== (ready.tcp === undefined), {
    error: 'expected either `http: /path` or `tcp: true`',
  })

/** What the process target needs to know to run a service. */
export const ProcessRun = z.strictObject({
  command: Command.describe(
    'The program and its arguments. A text is split into words as a shell does; no shell is run. {version} and {port} are replaced.',
  ),
  cwd: z.string().min(1).default('.').describe('The folder it runs in; {version} is replaced.'),
  env: Environment.default({}).describe('Beside PORT, VERSION and SHIPWATCH_*; {version} and {port} are replaced.'),
  ready: Ready.prefault({ tcp: true }),
  stop: z
    .strictObject({
      grace: DurationText.default('10s').describe('From SIGTERM to SIGKILL.'),
      drain: DurationText.default('0s').describe('How long it goes on answering before SIGTERM.'),
    })
    .prefault({}),
  restart: z
    .strictObject({
      backoff: PositiveDuration.default('500ms').describe(
        'The pause before the first restart; doubled for each next one.',
      ),
      maxBackoff: PositiveDuration.default('30s'),
      crashLoop: z
        .strictObject({
          exits: z.int().min(1).default(3),
          within: PositiveDuration.default('1m'),
        })
        .prefault({}),
    })
    .prefault({}),
  logs: z
    .strictObject({
      maxSize: SizeText.default('10MiB').describe('A log larger than this is rotated.'),
      keep: z.int().min(0).default(5).describe('How many rotated files are kept.'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      memory: SizeText.optional(),
      cpu: z.number().positive().optional().describe('In cores: 0.5 is half of one.'),
    })
    .prefault({}),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('A fixed port, with one instance only. Absent: a free one each.'),
})
export type ProcessRun = z.output<typeof ProcessRun>

function passOn(parsed: z.ZodSafeParseResult<unknown>, context: z.RefinementCtx): void {
  for (const issue of parsed.error?.issues ?? [])
    context.addIssue({ code: 'custom', message: issue.message, input: issue.input })
}

function isZero(text: string): boolean {
  return Duration.safeParse(text).data === 0
}
