import { Argument, Command, CommanderError, Option } from 'commander'
import { didYouMean } from '../kernel/index.ts'
import { Misuse } from './fault.ts'
import { readUrl } from './read.ts'
import type { Globals } from './session.ts'
import { wrap } from './terminal/width.ts'
import { flag, GROUPS, given, type Input, longName, usageOf, type Values, type Verb } from './verb.ts'

/** Options that stand before or behind any verb. */
export const GLOBALS = {
  hub: given('URL', 'where the hub listens; otherwise SHIPWATCH_HUB, or as configured', undefined, readUrl),
  config: given('PATH', 'the configuration: a file or a folder (default: shipwatch.yaml)', 'file'),
  tokenFile: given('PATH', 'a file with the token to show; otherwise SHIPWATCH_TOKEN, or as configured', 'file'),
  json: flag('answer as JSON: one document, or one a line while following or waiting'),
  noColor: flag('no colours; NO_COLOR does the same'),
} as const

/** What the words of a command line mean. */
export type Parsed =
  | { readonly kind: 'run'; readonly verb: Verb; readonly given: unknown; readonly globals: Globals }
  | { readonly kind: 'help'; readonly text: string; readonly asked: boolean }
  | { readonly kind: 'version' }

interface Typed {
  readonly args: readonly (string | undefined)[]
  /** `true` for a switch that is there. */
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

/** Reads a command line by the table of verbs; throws `Misuse` where it is wrong. */
export function parse(argv: readonly string[], verbs: readonly Verb[], helpWidth: number): Parsed {
  let help = ''
  let chosen: { readonly verb: Verb; readonly typed: Typed } | undefined
  const program = makeProgram(verbs, helpWidth, text => (help += text))
  for (const { verb, command } of program.commands) {
    command.action(() => {
      const typed = {
        args: command.processedArgs as (string | undefined)[],
        options: typedOptions(command),
      }
      chosen = { verb, typed }
    })
  }
  try {
    program.root.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.version') return { kind: 'version' }
    return { kind: 'help', text: help, asked: error.exitCode === 0 }
  }
  if (!chosen) return { kind: 'help', text: help || program.root.helpInformation(), asked: false }
  const { verb, typed } = chosen
  const globals = readOptions(GLOBALS, typed.options, 'shipwatch')
  const args = Object.entries(verb.args).map(([key, input], i) => [
    key,
    readInput(input, typed.args[i], verb, input.placeholder),
  ])
  const options = readOptions(verb.options, typed.options, verb)
  return { kind: 'run', verb, given: { ...Object.fromEntries(args), ...options }, globals }
}

function readOptions<Of extends Verb['options']>(
  inputs: Of,
  typed: Typed['options'],
  of: Verb | 'shipwatch',
): Values<Of> {
  const read = Object.entries(inputs).map(([key, input]) => {
    // `--no-color` is kept by commander as `color: false`.
    const value = /^no[A-Z]/.test(key) ? offOf(key, typed) : typed[key]
    return [key, readInput(input, typeof value === 'boolean' ? '' : value, of, longName(key))]
  })
  return Object.fromEntries(read) as Values<Of>
}

/** What was typed before the verb and behind it; the latter counts. Defaults are none of commander's business. */
function typedOptions(command: Command): Typed['options'] {
  const own = Object.entries(command.opts<Typed['options']>()).filter(
    ([key]) => command.getOptionValueSource(key) === 'cli',
  )
  return { ...(command.parent ? typedOptions(command.parent) : {}), ...Object.fromEntries(own) }
}

function offOf(key: string, typed: Typed['options']): true | undefined {
  const positive = key.charAt(2).toLowerCase() + key.slice(3)
  return typed[positive] === false ? true : undefined
}

/** Reads one value; what is wrong with it is said with the name under which it was given. */
function readInput(input: Input<unknown>, typed: string | undefined, of: Verb | 'shipwatch', name = ''): unknown {
  const verb = of === 'shipwatch' ? undefined : of
  if (typed === undefined && input.required && verb) throw missing(verb, name, input)
  try {
    return input.read(typed)
  } catch (error) {
    if (!(error instanceof Misuse)) throw error
    throw new Misuse(`${name}: ${error.message}`, { field: name, ...(error.hint ? { hint: error.hint } : {}) })
  }
}

function missing(verb: Verb, name: string, { placeholder }: Input<unknown>): Misuse {
  const what = name === placeholder ? name : `${name} ${placeholder}`
  return new Misuse(`${verb.name} needs ${what}`, { field: name, hint: `Usage: ${usageOf(verb)}` })
}

interface Program {
  readonly root: Command
  readonly commands: readonly { readonly verb: Verb; readonly command: Command }[]
}

function makeProgram(verbs: readonly Verb[], helpWidth: number, write: (text: string) => void): Program {
  const root = new Command('shipwatch')
    .description(
      'Puts a new version beside the old one under live traffic, judges it, and promotes it or takes it back.',
    )
    .usage('VERB [options]')
    .version('', '--version', 'print the version')
    .helpOption('-h, --help', 'explain')
    .helpCommand('help [VERB]', 'Explains a verb.')
    .enablePositionalOptions()
    .configureOutput({
      writeOut: write,
      writeErr: write,
      outputError: () => undefined,
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride(error => refuse(error, root, verbs))
    .addHelpText('after', '\nshipwatch help VERB explains a verb, with an example.')
    .configureHelp({ subcommandTerm: command => command.name(), minWidthToWrap: 20 })
  addOptions(root, GLOBALS)
  const commands = []
  for (const verb of verbs) {
    const words = verb.name.split(' ')
    const parent = words.length === 1 ? root : root.commands.find(command => command.name() === words[0])
    if (!parent) throw new Error(`${verb.name} comes before the verb that it belongs to`)
    const command = parent.command(words.at(-1) ?? '', { hidden: verb.group === 'hidden' })
    if (verb.group !== 'hidden' && parent === root) command.helpGroup(`${verb.group}:`)
    command
      .description(verb.about)
      .usage(usageOf(verb).slice(`shipwatch ${verb.name} `.length))
      .addHelpText('after', after(verb, helpWidth))
      .exitOverride(error => refuse(error, command, verbs, verb))
    for (const { placeholder = '', about } of Object.values(verb.args)) {
      // Whether it is there is checked here, to be told like every other fault.
      command.addArgument(new Argument(`[${placeholder}]`, about))
    }
    addOptions(command, verb.options)
    addOptions(command, GLOBALS, 'Everywhere:')
    commands.push({ verb, command })
  }
  root.commandsGroup(`${GROUPS.at(-1)}:`)
  return { root, commands }
}

function addOptions(command: Command, inputs: Verb['options'], group?: string): void {
  for (const [key, { placeholder, about }] of Object.entries(inputs)) {
    const option = new Option(`${longName(key)}${placeholder ? ` <${placeholder}>` : ''}`, about)
    if (group) option.helpGroup(group)
    command.addOption(option)
  }
}

function after({ more, examples }: Verb, width: number): string {
  const paragraphs = more.map(paragraph => `\n${wrap(paragraph, width).join('\n')}\n`)
  const title = examples.length === 1 ? 'Example:' : 'Examples:'
  return `${paragraphs.join('')}\n${title}\n${examples.map(example => `  ${example}`).join('\n')}`
}

/** Says in our words what commander found wrong. */
function refuse(error: CommanderError, command: Command, verbs: readonly Verb[], verb?: Verb): never {
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const who = verb ? verb.name : 'shipwatch'
  const hint = verb ? `Usage: ${usageOf(verb)}` : 'shipwatch --help lists the verbs.'
  switch (error.code) {
    case 'commander.unknownCommand': {
      const names = verbs.filter(({ group }) => group !== 'hidden').map(({ name }) => name.split(' ')[0] ?? name)
      throw new Misuse(`no verb ${word}${didYouMean(word, names)}`, { hint })
    }
    case 'commander.unknownOption': {
      const known = [...command.options, ...(command.parent?.options ?? [])].flatMap(({ long }) => long ?? [])
      const near = word.startsWith('--') ? didYouMean(word.split('=')[0] ?? word, [...new Set(known)]) : ''
      throw new Misuse(`${who} has no option ${word}${near}`, { field: word, hint })
    }
    case 'commander.optionMissingArgument': {
      const [name = word, placeholder = ''] = word.split(' ')
      throw new Misuse(`${name} needs a value`, {
        field: name,
        hint: `Write ${name} ${placeholder.replace(/[<>]/g, '')}.`,
      })
    }
    case 'commander.excessArguments': {
      const extra = command.args.slice(command.registeredArguments.length)
      const inner = verbs.map(({ name }) => name).filter(name => name.startsWith(`${who} `))
      const near = didYouMean(`${who} ${extra[0]}`, inner)
      throw new Misuse(`${who} takes no “${extra.join(' ')}”${near}`, { hint })
    }
    default:
      throw error
  }
}
