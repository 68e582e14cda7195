import type { NativeHistogram } from '../histogram/native-histogram.ts'
import type { Pieces } from '../pieces.ts'
import type { Samples } from '../series/samples.ts'
import type { Series } from '../series/storage.ts'
import { HISTOGRAM, NOTHING, type Vector } from './value.ts'

/** A vector's series as a storage would give them: with samples only where there is something, at least one each. */
export async function seriesOf(vector: Vector, timesMs: Float64Array, pieces: Pieces): Promise<Series[]> {
  const series: Series[] = []
  await pieces.inPieces(vector.size, vector.steps + 16, s => {
    const samples = samplesOf(vector, s * vector.steps, timesMs)
    if (samples.timesMs.length > 0) series.push({ labels: vector.labels[s] as Series['labels'], samples })
  })
  return series
}

/** A view of the vector's own block where the series has a float at every step. */
function samplesOf({ steps, kinds, values, histograms }: Vector, start: number, timesMs: Float64Array): Samples {
  let points = 0
  for (let i = start; i < start + steps; i++) if (kinds[i] !== NOTHING) points++
  if (points === steps && histograms === undefined) return { timesMs, values: values.subarray(start, start + steps) }
  const [pointTimesMs, pointValues] = [new Float64Array(points), new Float64Array(points)]
  const pointHistograms: (NativeHistogram | undefined)[] | undefined = histograms && []
  let point = 0
  for (let i = 0; i < steps; i++) {
    if (kinds[start + i] === NOTHING) continue
    pointTimesMs[point] = timesMs[i] as number
    pointValues[point] = values[start + i] as number
    pointHistograms?.push(kinds[start + i] === HISTOGRAM ? histograms?.get(start + i) : undefined)
    point++
  }
  return { timesMs: pointTimesMs, values: pointValues, ...(pointHistograms && { histograms: pointHistograms }) }
}
