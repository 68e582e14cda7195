import { deadline, pause } from '../../../kernel/index.ts'
import { faultInWords } from '../../obstacle.ts'
import { stranger } from './explain.ts'
import type { KeptInstance } from './kept-instance.ts'
import { probe } from './probe.ts'
import { hear } from './readiness.ts'
import type { Surroundings } from './surroundings.ts'

/** A program that says nothing for so long has not answered; one that is asked more rarely may take longer. */
const ANSWER_WITHIN_MS = 2_000

/**
 * Asks an instance whether it is ready, and keeps its log within bounds, until its process has ended. Rejects with
 * the reason of `quit` where that comes first.
 */
export async function attend(
  kept: KeptInstance,
  ended: Promise<unknown>,
  around: Surroundings,
  quit: AbortSignal,
): Promise<void> {
  const over = new AbortController()
  const signal = AbortSignal.any([quit, over.signal])
  void ended.then(() => over.abort())
  let silences = 0
  while (!signal.aborted) {
    silences = await look(kept, silences, around, signal)
    const everyMs = kept.state === 'starting' ? kept.record.plan.ready.everyMs : around.probeEveryMs
    await pause(around.clock, everyMs, signal, 'idle')
  }
  quit.throwIfAborted()
}

/** Asks once, and resolves with how often there was silence in a row. */
async function look(
  kept: KeptInstance,
  silences: number,
  { clock, step }: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const { plan, port, startedMs } = kept.record
  await kept.writeWhatIsNot()
  await kept.log.rotate(plan.logs)
  const asking = deadline(clock, Math.max(ANSWER_WITHIN_MS, plan.ready.everyMs), signal)
  let answer = await probe({ port, http: plan.ready.http }, asking.signal)
  asking.done()
  if (answer.ready && kept.state !== 'ready') {
    const other = await stranger(kept.whose, port)
    if (other) answer = { ready: false, answered: false, fault: other }
  }
  if (signal.aborted) return silences
  const heard = hear(kept.state, silences, answer, clock.now() - startedMs > plan.ready.timeoutMs)
  kept.note(answer)
  if (!heard.changed) {
    kept.become(heard.state) // which wakes whoever waits
    return heard.silences
  }
  const again = !kept.neverReady
  if (answer.ready) {
    await kept.write({ ...kept.record, readySinceMs: clock.now() })
    step('ready', kept.record.id)
    if (signal.aborted) return heard.silences
  }
  kept.become(heard.state)
  if (!answer.ready) kept.emit('unready', faultInWords(answer.fault))
  else if (again) kept.emit('ready', 'it answers again') // the first time, whoever asked for it is told by the answer
  return heard.silences
}
