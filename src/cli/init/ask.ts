import { createInterface } from 'node:readline'
import { Interrupted, Misuse } from '../fault.ts'
import type { Session } from '../session.ts'
import { orStopped } from '../stopping.ts'

/** Asks one thing; an empty answer means `usual`. */
export type Ask = <Value>(question: string, usual: string, read: (typed: string) => Value) => Promise<Value>

/** Lets `work` ask the person at the terminal; a wrong answer is explained, and asked again. */
export async function asking<Result>(session: Session, work: (ask: Ask) => Promise<Result>): Promise<Result> {
  const { io, look } = session
  const lines = createInterface({ input: io.stdin, terminal: false })
  const answers = lines[Symbol.asyncIterator]()
  const ask: Ask = async (question, usual, read) => {
    for (;;) {
      const shown = usual === '' ? '' : look.paint.dim(` [${usual}]`)
      io.stdout.write(`${look.paint.bold(question)}${shown}: `)
      const { done, value } = await orStopped(answers.next(), io.signal)
      if (done) throw new Interrupted('nothing was written')
      try {
        return read(value.trim() || usual)
      } catch (error) {
        if (!(error instanceof Misuse)) throw error
        session.print([`  ${error.message}${error.hint ? `. ${error.hint}` : ''}`])
      }
    }
  }
  try {
    return await work(ask)
  } finally {
    lines.close()
  }
}
