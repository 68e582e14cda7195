import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Conflict, messageOf } from '../../kernel/index.ts'
import { Misuse } from '../fault.ts'
import { asking } from '../init/ask.ts'
import { type Found, lookAround } from '../init/folder.ts'
import { type Answers, template } from '../init/template.ts'
import { readCount, readOneOf, readPath } from '../read.ts'
import type { Session } from '../session.ts'
import { flag, given, verb } from '../verb.ts'

const FILE = 'shipwatch.yaml'

interface Wishes {
  readonly name: string | undefined
  readonly command: string | undefined
  readonly ready: string | undefined
  readonly tier: 'core' | 'edge' | undefined
  readonly instances: number | undefined
  readonly host: string | undefined
}

export const init = verb({
  name: 'init',
  group: 'Begin',
  about: 'Writes a commented shipwatch.yaml for the service in this folder.',
  more: [
    'It looks at package.json, Procfile and Dockerfile, and asks for what is not given. Away from a terminal it asks nothing.',
  ],
  options: {
    name: given('NAME', 'what the service is called', undefined, readServiceName),
    command: given(
      'LINE',
      'what starts it; {port} stands for the port, which is in PORT, too',
      undefined,
      readCommandLine,
    ),
    ready: given('PATH', 'what answers 2xx when it may have traffic; - for none', undefined, readReady),
    tier: given('TIER', 'core or edge (default: edge)', ['core', 'edge'], readOneOf('core', 'edge')),
    instances: given('N', 'how many run (default: 1)', undefined, readCount(1_000)),
    host: given('HOST', 'the host name that belongs to it; otherwise every one', undefined, readHost),
    yes: flag('ask nothing, take what was found'),
    force: flag('write over a file that is there'),
  },
  examples: ['shipwatch init', 'shipwatch init --name order --command "node main.js" --ready /readyz --yes'],
  async run(session, { yes, force, ...wishes }) {
    const { io, globals } = session
    const path = resolve(io.cwd, globals.config ?? FILE)
    const found = await lookAround(io.cwd)
    const quiet = yes || session.json || !io.stdin.isTTY || !io.stdout.isTTY
    const answers = quiet ? settle(wishes, found) : await askFor(session, wishes, found)
    await write(path, template(answers), force)
    session.answer({ path, ...answers }, () => [
      `${path} is written: ${answers.name} runs ${answers.command}`,
      ...(found.port === undefined || answers.command !== found.command ? [] : [fixedPort(found.port)]),
      `next: shipwatch check, shipwatch up, and then: shipwatch deploy ${answers.name} --version v1`,
    ])
    return 0
  },
})

/** Two versions side by side cannot have the same port. */
function fixedPort(port: number): string {
  return `it seems to listen on ${port} whatever PORT says: let it listen on PORT, or two versions cannot run side by side`
}

async function askFor(session: Session, wishes: Wishes, found: Found): Promise<Answers> {
  return asking(session, async ask => {
    const from = found.from === undefined ? '' : ` (from ${found.from})`
    const name = wishes.name ?? (await ask('name of the service', found.name, readServiceName))
    const command = wishes.command ?? (await ask(`command that starts it${from}`, found.command ?? '', readCommandLine))
    const ready =
      wishes.ready ?? (await ask('path that answers 2xx when ready, - for none', found.ready ?? '-', readReady))
    return settle({ ...wishes, name, command, ready }, found)
  })
}

/** What is not given is taken from the folder. */
function settle(wishes: Wishes, found: Found): Answers {
  const { name = found.name, command = found.command, tier = 'edge', instances = 1, host } = wishes
  const ready = wishes.ready ?? found.ready ?? NONE
  if (command === undefined) {
    throw new Misuse('nothing here says how the service is started', {
      field: '--command',
      hint: 'Say it: shipwatch init --command "node main.js"',
    })
  }
  return {
    name,
    command: readCommandLine(command),
    tier,
    instances,
    ...(ready === NONE ? {} : { ready }),
    ...(host === undefined ? {} : { host }),
  }
}

const NONE = '-'

function readReady(typed: string): string {
  return typed === NONE ? typed : readPath(typed)
}

function readServiceName(typed: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/.test(typed)) return typed
  throw new Misuse(`“${typed}” is no name for a service`, {
    hint: 'Use lower-case letters, digits and dashes, 48 at most.',
  })
}

/** Words in which every quote is closed and no backslash is the last character. */
const WHOLE = /^(?:[^'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")*$/

function readCommandLine(typed: string): string {
  const line = typed.trim()
  if (/^(?:''|"")*(?:\s|$)/.test(line)) {
    throw new Misuse('a command is needed', { hint: 'Write what starts the service, as node main.js.' })
  }
  if (WHOLE.test(line)) return line
  throw new Misuse(`“${line}” is no command line`, { hint: 'Close every quote.' })
}

function readHost(typed: string): string {
  const host = typed.toLowerCase()
  if (/^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(host)) return host
  throw new Misuse(`“${typed}” is no host name`, {
    hint: 'Write it without a port, as shop.example or *.shop.example.',
  })
}

async function write(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new Conflict(`${path} is there already`, {
        field: '--config',
        hint: 'Write over it with --force, or name another: --config PATH',
      })
    }
    throw new Misuse(`${path} cannot be written: ${messageOf(error)}`, { field: '--config' })
  }
}
