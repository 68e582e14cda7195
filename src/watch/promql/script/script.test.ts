import { describe, expect, it } from 'vitest'
import { Engine } from '../engine.ts'
import { readScript } from './read.ts'
import { runScript } from './run.ts'

const engine = new Engine({ experimental: true, delayedNameRemoval: true })

async function faults(script: string): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  for await (const { fault } of runScript(script, engine)) found.push(fault)
  return found
}

function points(line: string): unknown[] {
  const [load] = readScript(`load 1m\n  ${line}`)
  if (load?.kind !== 'load') throw new Error('a load is expected')
  return load.series[0]?.points.map(point => (point?.kind === 'float' ? point.value : point)) ?? []
}

describe('a line of samples', () => {
  it.each([
    ['m 5', [5]],
    ['m 1 2 3', [1, 2, 3]],
    ['m{} 1+2x3', [1, 3, 5, 7]],
    ['m 10-2.5x2', [10, 7.5, 5]],
    ['m -1+-1x2', [-1, -2, -3]],
    ['m 7x2', [7, 7, 7]],
    ['m 1 _ 2', [1, undefined, 2]],
    ['m 1 _x3 2', [1, undefined, undefined, undefined, 2]],
    ['m NaN Inf -Inf +Inf', [NaN, Infinity, -Infinity, Infinity]],
    ['m 1e3 .5 1e-2', [1000, 0.5, 0.01]],
    ['m 1e+2x1', [100, 100]],
    ['m', []],
  ])('%s', (line, expected) => {
    expect(points(line)).toEqual(expected)
  })

  it('may say that a series ends', () => {
    expect(points('m 1 stale')).toEqual([1, expect.any(Symbol)])
  })

  it('adds step by step, as Prometheus does', () => {
    let value = 0.1
    expect(points('m 0.1+0.1x3')).toEqual([0.1, (value += 0.1), (value += 0.1), value + 0.1])
  })

  it('may hold histograms, repeated and growing', () => {
    const [load] = readScript(
      'load 1m\n m {{count:1 sum:2}}x1 {{sum:5 count:4 buckets:[1 2 1]}}+{{sum:1 count:1 buckets:[1]}}x2',
    )
    if (load?.kind !== 'load') throw new Error('a load is expected')
    const found = load.series[0]?.points.map(point => point?.kind === 'histogram' && point.histogram.count)
    expect(found).toEqual([1, 1, 4, 5, 6])
  })

  it.each([
    ['m{a="1",b=\'2\',} 1', { __name__: 'm', a: '1', b: '2' }],
    ['{__name__="m", "x y"="1"} 1', { __name__: 'm', 'x y': '1' }],
    ['{"my.metric", a="\\"\\n"} 1', { __name__: 'my.metric', a: '"\n' }],
    ['{} 1', {}],
  ])('%s names its series', (line, labels) => {
    const [load] = readScript(`load 1m\n  ${line}`)
    expect(load?.kind === 'load' && load.series[0]?.labels.toJSON()).toEqual(labels)
  })
})

describe('a script that is none', () => {
  it.each([
    ['lod 5m', 'line 1: invalid command "lod 5m"'],
    ['\nload five', 'line 2: invalid step definition "five"'],
    ['load', 'line 1: invalid load command'],
    ['load 1m\n  m 1 two', 'line 2: "two" is no sample'],
    ['load 1m\n  m{a=1} 1', 'line 2: "a=1} 1" is no label'],
    ['load 1m\n  {{count:1}}', 'does not begin with a series'],
    ['load 1m\n  m {{count:x}}', 'line 2:'],
    ['load 1m\n  m {{count:1}}+{{count:1}}', 'line 2:'],
    ['load 1m\n  m@st 0', 'line 2: start timestamps'],
    ['eval at 5m m', 'line 1: invalid evaluation command'],
    ['eval instant at soon m', 'invalid timestamp definition "soon"'],
    ['eval range from 5m to 1m step 1m m', 'the end (1m) is before the start (5m)'],
    ['eval instant at 0 m\n expect nothing', 'line 2: invalid expect line'],
    ['eval instant at 0 m\n expect info\n expect no_info', 'line 3: info and no_info'],
    ['eval instant at 0 m\n expect fail\n expect fail', 'line 3: a query fails once'],
    ['eval instant at 0 m\n m 1 2', 'line 2: an instant query has one value'],
    ["eval instant at 0 'a'\n expect string a", 'line 2: a quoted string is expected, not a'],
    ['eval instant at 0 m\n expect range vector from 1 to', 'line 2: invalid range vector definition'],
  ])('%j is refused with its line', (script, message) => {
    expect(() => readScript(script)).toThrow(message)
  })
})

describe('an evaluation', () => {
  const LOAD = 'load 1m\n  m{a="1"} 0+1x10\n  m{a="2"} 0+2x10\n\n'

  it.each([
    'eval instant at 5m m\n  m{a="1"} 5\n  m{a="2"} 10',
    'eval instant at 5m m{a="3"}',
    'eval instant at 5m sum(m)\n  {} 15',
    'eval instant at 5m 1 + 1\n  2',
    'eval instant at 5m time()\n  0x12c',
    'eval instant at 5m \'a\'\n  expect string "a"',
    'eval instant at 5m m[2m]\n  expect range vector from 4m to 5m step 1m\n  m{a="1"} 4 5\n  m{a="2"} 8 10',
    'eval range from 1m to 3m step 1m sum(m)\n  {} 3 6 9',
    'eval instant at 5m sort_desc(m)\n  expect ordered\n  m{a="2"} 10\n  m{a="1"} 5',
    'eval_ordered instant at 5m sort_desc(m)\n  m{a="2"} 10\n  m{a="1"} 5',
    'eval instant at 5m m + on() m\n  expect fail',
    'eval_fail instant at 5m m + on() m\n  expected_fail_regexp found duplicate series',
    'eval instant at 5m m + on() m\n  expect fail regex: many-to-many matching not allowed',
    'eval instant at 5m quantile(2, m)\n  expect warn\n  expect no_info\n  {} +Inf',
    'eval instant at 5m quantile(2, m)\n  expect warn msg: PromQL warning: quantile value should be between 0 and 1, got 2\n  {} +Inf',
    'eval range from 5m to 5m step 1m quantile(2, m)\n  expect warn msg: PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)\n  {} +Inf',
    'eval instant at 5m rate(m[5m])\n  expect info regex:metric might not be a counter\n  {a="1"} 0.016666666666666666\n  {a="2"} 0.03333333333333333',
  ])('passes: %s', async script => {
    expect(await faults(LOAD + script)).toEqual([undefined])
  })

  it.each([
    ['eval instant at 5m m\n  m{a="1"} 5', 'unexpected m{a="2"} with 10'],
    ['eval instant at 5m m{a="1"}\n  m{a="1"} 6', 'expected m{a="1"} with 6, got 5'],
    ['eval instant at 5m m{a="3"}\n  m{a="3"} 6', 'expected m{a="3"} with 6, not found'],
    ['eval instant at 5m 1 + 1\n  3', 'expected 3, got 2'],
    ['eval instant at 5m 1 + 1', 'expected series, got a scalar'],
    ['eval instant at 5m \'a\'\n  expect string "b"', 'expected "b", got "a"'],
    ['eval range from 1m to 3m step 1m sum(m)\n  {} 3 6 10', 'expected {} with 10, got 9 (at 180000 ms)'],
    ['eval range from 1m to 3m step 1m sum(m)\n  {} 3 6', 'unexpected {} with 9 at 180000 ms'],
    [
      'eval instant at 5m sort_desc(m)\n  expect ordered\n  m{a="1"} 5\n  m{a="2"} 10',
      'expected m{a="2"} at position 2, but it is at 1',
    ],
    ['eval instant at 5m m\n  expect fail', 'expected it to fail, but it did not'],
    ['eval instant at 5m m + on() m', 'failed: found duplicate series'],
    [
      'eval instant at 5m m + on() m\n  expect fail msg: no',
      'expected it to fail with no, but it said found duplicate',
    ],
    ['eval instant at 5m sum(m)\n  expect warn\n  {} 15', 'expected warn, but there is none'],
    ['eval instant at 5m quantile(2, m)\n  expect no_warn\n  {} +Inf', 'expected no warn, got PromQL warning'],
    ['eval instant at 5m quantile(2, m)\n  expect warn msg: no\n  {} +Inf', 'expected warn no, got PromQL warning'],
  ])('fails: %s', async (script, fault) => {
    expect(await faults(LOAD + script)).toEqual([expect.stringContaining(fault)])
  })

  it('is asked at other times, too, with its own time written into it', async () => {
    // A query whose answer moves with the time of evaluation although it looks at one moment is caught by that.
    const [fault] = await faults(`${LOAD}eval instant at 5m m{a="1"} offset 1m\n  m{a="1"} 4`)
    expect(fault).toBeUndefined()
  })
})

describe('clear and load', () => {
  it('begin anew, and add', async () => {
    const script =
      'load 1m\n  m 1\n\nload 1m\n  n 2\n\neval instant at 0 m + on() n\n  {} 3\n\nclear\n\neval instant at 0 m'
    expect(await faults(script)).toEqual([undefined, undefined])
  })

  it('make native histograms of classic ones where that is asked for', async () => {
    const script = [
      'load_with_nhcb 1m',
      '  h_bucket{le="1"} 1',
      '  h_bucket{le="5"} 3',
      '  h_bucket{le="+Inf"} 4',
      '  h_count 4',
      '  h_sum 20',
      '',
      'eval instant at 0 h',
      '  h {{schema:-53 count:4 sum:20 custom_values:[1 5] buckets:[1 2 1]}}',
      '',
      'eval instant at 0 h_count',
      '  h_count 4',
    ]
    expect(await faults(script.join('\n'))).toEqual([undefined, undefined])
  })
})
