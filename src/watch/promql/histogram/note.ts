import type { Annotations } from '../annotations.ts'
import type { Span } from '../error.ts'
import type { NativeHistogram } from './native-histogram.ts'

/** What an operation on histograms has to say: handed back by it, and put at a position by whoever called it. */
export interface Note {
  readonly level: 'warning' | 'info'
  /** As `Annotations` takes it: without prefix and position. */
  readonly text: string
}

/** A result, if there is one, and what to say of it. */
export interface Noted {
  readonly histogram: NativeHistogram | undefined
  readonly notes: readonly Note[]
}

/** Puts notes where a query's annotations are collected. */
export function annotate(annotations: Annotations, notes: readonly Note[], span: Span): void {
  for (const note of notes) {
    if (note.level === 'warning') annotations.warn(note.text, span)
    else annotations.info(note.text, span)
  }
}

type Operation = 'addition' | 'subtraction' | 'aggregation'

export function mixedWithFloats(metricName: string): Note {
  return warning(`encountered a mix of histograms and floats for metric name ${JSON.stringify(metricName)}`)
}

export const MIXED_WITH_FLOATS_IN_AGGREGATION: Note = warning(
  'encountered a mix of histograms and floats for aggregation',
)

export function mixedSchemas(metricName: string): Note {
  return warning(
    `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${JSON.stringify(metricName)}`,
  )
}

export function notCounter(metricName: string): Note {
  return warning(`this native histogram metric is not a counter: ${JSON.stringify(metricName)}`)
}

export function notGauge(metricName: string): Note {
  return warning(`this native histogram metric is not a gauge: ${JSON.stringify(metricName)}`)
}

export function resetsCollided(during: Operation): Note {
  return warning(`conflicting counter resets during histogram ${during}`)
}

export function boundsReconciled(during: Operation): Note {
  return info(`mismatched custom buckets were reconciled during ${during}`)
}

export function incompatibleLayouts(operator: string): Note {
  return warning(`incompatible bucket layout encountered for binary operator ${operator}`)
}

export function incompatibleTypes(left: string, operator: string, right: string): Note {
  return info(
    `incompatible sample types encountered for binary operator ${JSON.stringify(operator)}: ${left} ${operator} ${right}`,
  )
}

/** Adds ` for metric name "…"` where there is a name. */
export function forMetric(note: Note, metricName: string): Note {
  return metricName === '' ? note : { ...note, text: `${note.text} for metric name ${JSON.stringify(metricName)}` }
}

export function warning(text: string): Note {
  return { level: 'warning', text }
}

export function info(text: string): Note {
  return { level: 'info', text }
}
