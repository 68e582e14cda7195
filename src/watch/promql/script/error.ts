/** A script that is none. The message names its line, from 1. */
export class ScriptError extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`)
    this.name = 'ScriptError'
    this.line = line
  }
}
