import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** What a folder tells of the service in it. Nothing here is certain; all of it is shown before it is used. */
export interface Found {
  readonly name: string
  readonly command?: string
  /** What the command was taken from: `package.json`, `Dockerfile`. */
  readonly from?: string
  /** A port that the service listens on whatever `PORT` says. */
  readonly port?: number
  /** A path that looks like a readiness check. */
  readonly ready?: string
}

/** Files that are read, by name, as far as they are there. */
export type Files = Readonly<Partial<Record<'package.json' | 'Dockerfile' | 'Procfile' | '.env', string>>>

/** Reads what is needed of a folder. A file that cannot be read is as good as absent. */
export async function lookAround(folder: string): Promise<Found> {
  const read = (name: string): Promise<string | undefined> =>
    readFile(join(folder, name), 'utf8').catch(() => undefined)
  const names = ['package.json', 'Dockerfile', 'Procfile', '.env'] as const
  const texts = await Promise.all(names.map(read))
  const files = Object.fromEntries(
    names.flatMap((name, i) => (texts[i] === undefined ? [] : [[name, texts[i]]])),
  ) as Files
  const program = firstWord(startOf(files).command ?? '')
  const local =
    program === '' ? undefined : await stat(join(folder, 'node_modules/.bin', program)).catch(() => undefined)
  const source = await Promise.all(sourcesOf(startOf(files).command ?? '').map(read))
  return guess(basename(folder), files, { local: local !== undefined, source: source.join('\n') })
}

/** Guesses from the texts of the files alone. `local`: the program is one that the package brings along. */
export function guess(
  folder: string,
  files: Files,
  beside: { readonly local: boolean; readonly source: string },
): Found {
  const { command, from } = startOf(files)
  const port = portOf(files, command ?? '', beside.source)
  const ready = readyPath(`${files.Dockerfile ?? ''}\n${beside.source}`)
  return {
    name: serviceName(packageOf(files)?.name ?? folder),
    ...(command === undefined ? {} : { command: runnable(command, beside.local) }),
    ...(from === undefined ? {} : { from }),
    ...(port === undefined ? {} : { port }),
    ...(ready === undefined ? {} : { ready }),
  }
}

interface Package {
  readonly name?: string
  readonly main?: string
  readonly start?: string
}

function packageOf(files: Files): Package | undefined {
  try {
    const { name, main, scripts } = JSON.parse(files['package.json'] ?? '') as Record<string, unknown>
    const start = (scripts as Record<string, unknown> | undefined)?.['start']
    return {
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof main === 'string' ? { main } : {}),
      ...(typeof start === 'string' && start.trim() !== '' ? { start: start.trim() } : {}),
    }
  } catch {
    return undefined // no package.json, or none that can be read
  }
}

/** A name that a service may have: `@shop/order-api` → `order-api`. */
export function serviceName(text: string): string {
  const plain = text
    .replace(/^@[^/]*\//, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '')
  return plain === '' ? 'app' : plain
}

function startOf(files: Files): Pick<Found, 'command' | 'from'> {
  const { start, main } = packageOf(files) ?? {}
  if (start) return { command: start, from: 'package.json' }
  const web = /^web:\s*(.+)$/m.exec(files.Procfile ?? '')?.[1]?.trim()
  if (web) return { command: web, from: 'Procfile' }
  const image = imageCommand(files.Dockerfile ?? '')
  if (image) return { command: image, from: 'Dockerfile' }
  return main ? { command: `node ${main}`, from: 'package.json' } : {}
}

/** What the last ENTRYPOINT and CMD of a Dockerfile run. */
function imageCommand(text: string): string | undefined {
  const joined = text.replace(/\\\r?\n/g, ' ')
  const last = (instruction: string): string[] => {
    const rest = [...joined.matchAll(new RegExp(`^\\s*${instruction}\\s+(.+)$`, 'gim'))].at(-1)?.[1]?.trim() ?? ''
    if (!rest.startsWith('[')) return rest === '' ? [] : [rest]
    try {
      const words = JSON.parse(rest) as unknown
      return Array.isArray(words) ? words.map(word => quoteWord(String(word))) : []
    } catch {
      return [] // Docker takes a malformed list for a shell's command line; nobody means that
    }
  }
  const words = [...last('ENTRYPOINT'), ...last('CMD')]
  return words.length === 0 ? undefined : words.join(' ')
}

const quoteWord = (word: string): string =>
  /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

function firstWord(command: string): string {
  return /^[\w.-]+/.exec(command)?.[0] ?? ''
}

/**
 * The command as it can be run without npm and on any port: a program of the package has its path, and a
 * port becomes the place where Shipwatch puts its own.
 */
export function runnable(command: string, local: boolean): string {
  const ported = command.replace(/\$\{PORT(?::-\d+)?\}|\$PORT\b/g, '{port}')
  const found = local ? `node_modules/.bin/${ported}` : ported
  return found.replace(/(--port[= ]|-p )\d{2,5}\b/, '$1{port}')
}

/** A port that is fixed: only what does not follow `PORT` is one. */
function portOf(files: Files, command: string, source: string): number | undefined {
  if (/\bPORT\b/.test(command) || /--port|-p \d/.test(command) || /\bPORT\b/.test(source)) return undefined
  const listened = /\.listen\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/.exec(source)?.[1]
  const exposed = /^\s*EXPOSE\s+(\d{2,5})/im.exec(files.Dockerfile ?? '')?.[1]
  const set = /^PORT=(\d{2,5})\s*$/m.exec(files['.env'] ?? '')
  const port = Number(listened ?? (set || source !== '' ? undefined : exposed))
  return port >= 1 && port <= 65_535 ? port : undefined
}

/** Files of the folder that the command runs, to be looked into for ports and paths. */
function sourcesOf(command: string): string[] {
  return command.split(/\s+/).filter(word => /^[\w./-]+\.(?:[cm]?[jt]s|py|rb)$/.test(word) && !word.includes('..'))
}

const READY_PATHS = ['/readyz', '/ready', '/health/ready', '/healthz', '/health', '/livez', '/ping', '/status']

function readyPath(text: string): string | undefined {
  return READY_PATHS.find(path => new RegExp(`${path}(?![\\w/-])`).test(text))
}
