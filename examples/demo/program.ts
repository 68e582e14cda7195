import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A program that the demo runs, and what it says line by line. */
export class Program {
  readonly #child: ChildProcess
  readonly #ended: Promise<number>
  #lastWords = ''

  constructor(
    argv: readonly string[],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly onLine?: (line: string) => void },
  ) {
    // A group of its own: Ctrl-C reaches the demo alone, which then ends the others in their order.
    const [command = '', ...words] = argv
    const { cwd, env, onLine } = options
    this.#child = spawn(command, words, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('close', code => resolve(code ?? 1))
    })
    this.#ended.catch(() => undefined) // whoever asks for the end hears of it
    const { stdout, stderr } = this.#child
    if (stdout) createInterface({ input: stdout }).on('line', line => onLine?.(line))
    stderr?.on('data', (text: Buffer) => {
      this.#lastWords = `${this.#lastWords}${text.toString()}`.slice(-2_000)
    })
  }

  /** The exit code. Rejects when it could not be started. */
  get ended(): Promise<number> {
    return this.#ended
  }

  /** The end of what it wrote to stderr. */
  get lastWords(): string {
    return this.#lastWords.trim()
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM')
    await this.#ended.catch(() => undefined)
  }
}
