import type { Labels } from '../../../kernel/labels.ts'
import { annotate, mixedWithFloats } from '../histogram/index.ts'
import type { CallNotes } from './function.ts'

/* What functions have to say of their input. The texts are Prometheus', since people search for them. */

/** Floats and histograms in one range, where a function can only do with one kind: nothing comes of it. */
export function warnOfMix(labels: Labels, call: CallNotes): undefined {
  annotate(call.notes, [mixedWithFloats(labels.name)], call.spanOf(0))
}

/** Floats and histograms in one range, of which only the floats were used. */
export function tellOfIgnoredHistograms(labels: Labels, call: CallNotes): void {
  const text = 'ignored histograms in a range containing both floats and histograms for metric name'
  call.notes.info(`${text} ${JSON.stringify(labels.name)}`, call.spanOf(0))
}

/** A rate of something whose name is not a counter's. */
export function tellOfPossibleNonCounter(name: string, call: CallNotes): void {
  const text = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket:'
  call.notes.info(`${text} ${JSON.stringify(name)}`, call.spanOf(0))
}
