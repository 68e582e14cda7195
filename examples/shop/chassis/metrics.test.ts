import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addProcessMetrics, Metrics } from './metrics.ts'

interface Sample {
  readonly name: string
  readonly labels: Record<string, string>
  readonly value: number
}

/** A strict reader of the text exposition format 0.0.4; throws at what a scraper would refuse. */
function parse(text: string): Map<string, { type: string; help: string; samples: Sample[] }> {
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>()
  if (!text.endsWith('\n')) throw new Error('the last line must end')
  let help: RegExpExecArray | null = null
  let family = { type: '', help: '', samples: [] as Sample[] }
  for (const line of text.slice(0, -1).split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line)
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s.exec(line)
    if (line.startsWith('# HELP ')) help = /^# HELP (\S+) (.*)$/s.exec(line)
    else if (type) {
      if (help?.[1] !== type[1] || families.has(type[1] ?? '')) throw new Error(`misplaced: ${line}`)
      family = { type: type[2] ?? '', help: help?.[2] ?? '', samples: [] }
      families.set(type[1] ?? '', family)
    } else if (sample) {
      const [, name = '', inside = '', value = ''] = sample
      const labels: Record<string, string> = {}
      const rest = inside.replace(
        /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g,
        (_, key: string, text: string) => {
          labels[key] = text.replace(/\\(["\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c))
          return ''
        },
      )
      const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value)
      if (rest !== '' || Number.isNaN(number)) throw new Error(`malformed: ${line}`)
      family.samples.push({ name, labels, value: number })
    } else throw new Error(`malformed: ${line}`)
  }
  return families
}

describe('metrics', () => {
  it('are exposed with HELP and TYPE before their samples', () => {
    const metrics = new Metrics()
    metrics.counter('a_total', 'As.').add()
    metrics.collect('gauge', 'b', 'Bs.', ['kind'], () => [[['x'], 1.5]])
    expect(metrics.expose()).toBe(
      '# HELP a_total As.\n# TYPE a_total counter\na_total 1\n# HELP b Bs.\n# TYPE b gauge\nb{kind="x"} 1.5\n',
    )
  })

  it('start at 0 where there are no labels, so that the first event is a rise', () => {
    const metrics = new Metrics()
    metrics.counter('a_total', 'As.')
    metrics.counter('b_total', 'Bs.', ['kind'])
    const families = parse(metrics.expose())
    expect(families.get('a_total')?.samples).toEqual([{ name: 'a_total', labels: {}, value: 0 }])
    expect(families.get('b_total')?.samples).toEqual([])
  })

  it('survive any label value and help text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 8 }), fc.string()), { maxLength: 5 }),
        fc.string(),
        (rows, help) => {
          const metrics = new Metrics()
          const counter = metrics.counter('a_total', help.replaceAll('\r', ''), ['one', 'two'])
          const expected = new Map<string, number>()
          for (const [one, two] of rows) {
            counter.add([one, two], 2)
            const key = JSON.stringify([one, two])
            expected.set(key, (expected.get(key) ?? 0) + 2)
          }
          const samples = parse(metrics.expose()).get('a_total')?.samples ?? []
          const read = samples.map(
            ({ labels, value }) => [JSON.stringify([labels['one'], labels['two']]), value] as const,
          )
          expect(new Map(read)).toEqual(expected)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('count a histogram cumulatively: buckets rise, the last equals the count, and each holds what fits', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 50 }), values => {
        const metrics = new Metrics()
        const histogram = metrics.histogram('h', 'Hs.', ['route'], [0.5, 1, 10])
        for (const value of values) histogram.observe(value, ['/'])
        const samples = parse(metrics.expose()).get('h')?.samples ?? []
        const buckets = samples.filter(({ name }) => name === 'h_bucket')
        const expected = [0.5, 1, 10, Infinity].map(bound => values.filter(value => value <= bound).length)
        expect(buckets.map(({ value }) => value)).toEqual(expected)
        expect(buckets.map(({ labels }) => labels['le'])).toEqual(['0.5', '1', '10', '+Inf'])
        expect(samples.find(({ name }) => name === 'h_count')?.value).toBe(values.length)
        expect(samples.find(({ name }) => name === 'h_sum')?.value).toBeCloseTo(
          values.reduce((a, b) => a + b, 0),
          6,
        )
      }),
    )
  })

  it('refuse a name twice and the wrong number of labels', () => {
    const metrics = new Metrics()
    const counter = metrics.counter('a_total', 'As.', ['kind'])
    expect(() => metrics.counter('a_total', 'again')).toThrow('the metric a_total exists already')
    expect(() => counter.add()).toThrow('expected labels kind, got 0 values')
  })

  it('tell of the process', () => {
    const metrics = new Metrics()
    addProcessMetrics(metrics, 'order', 'v2')
    const families = parse(metrics.expose())
    expect(families.get('shop_build_info')?.samples[0]?.labels).toEqual({ service: 'order', version: 'v2' })
    expect(families.get('process_cpu_seconds_total')?.type).toBe('counter')
    expect(families.get('process_resident_memory_bytes')?.samples[0]?.value).toBeGreaterThan(1e6)
  })
})
