import { expect, test } from 'vitest'
import { Engine } from '../engine.ts'
import { MemorySeries } from '../series/memory-series.ts'
import { faultsIn } from './script.fixture.ts'

const TWO_NAMES = `
  load 1m
    a{x="1"} 1 2 stale
    b{x="1"} _ _ 30 40
    c{x="2"} 5 6 7 8
`

test('what is calculated has no name; what is picked, moved or compared keeps it', async () => {
  const faults = await faultsIn(`${TWO_NAMES}
    eval instant at 0 abs(c)
      {x="2"} 5

    eval instant at 0 -c
      {x="2"} -5

    eval instant at 0 +c
      c{x="2"} 5

    eval instant at 0 c > 1
      c{x="2"} 5

    eval instant at 0 c > bool 1
      {x="2"} 1

    eval instant at 3m last_over_time(c[2m])
      c{x="2"} 8

    eval instant at 3m max_over_time(c[2m])
      {x="2"} 8

    eval instant at 3m topk(1, c)
      c{x="2"} 8
  `)
  expect(faults).toEqual([])
})

test('series that are told apart by their name alone clash when it goes, if they are there at one step', async () => {
  const refused = 'expect fail msg: vector cannot contain metrics with the same labelset'
  const faults = await faultsIn(`${TWO_NAMES}
    load 1m
      d{x="1"} 1 1 1 1

    eval range from 0 to 3m step 1m abs({__name__=~"a|b"})
      {x="1"} 1 2 30 40

    eval range from 0 to 3m step 1m -{__name__=~"a|b"}
      {x="1"} -1 -2 -30 -40

    eval range from 0 to 3m step 1m {__name__=~"a|b"} * 2
      {x="1"} 2 4 60 80

    eval instant at 0 abs({__name__=~"a|d"})
      ${refused}

    eval range from 0 to 3m step 1m {__name__=~"a|d"} + 1
      ${refused}

    eval range from 0 to 3m step 1m -{__name__=~"a|d"}
      ${refused}

    eval instant at 3m count_over_time({__name__=~"b|d"}[3m])
      ${refused}

    eval instant at 0 {__name__=~"a|d"} > 0
      a{x="1"} 1
      d{x="1"} 1
  `)
  expect(faults).toEqual([])
})

test('the labels of type and unit go with the name', async () => {
  const faults = await faultsIn(`
    load 1m
      a{__type__="counter", __unit__="s", x="1"} 1

    eval instant at 0 a * 2
      {x="1"} 2

    eval instant at 0 abs(a)
      {x="1"} 1
  `)
  expect(faults).toEqual([])
})

test('names that go at the end are known to what stands around', async () => {
  const faults = await faultsIn(
    `${TWO_NAMES}
    eval instant at 3m count(sum by (__name__) (c) * 2)
      {} 1

    eval instant at 0 abs(c)
      {x="2"} 5

    eval instant at 3m label_replace(max_over_time({__name__=~"b|c"}[1m]), "name", "$1", "__name__", "(.*)")
      {x="1", name="b"} 40
      {x="2", name="c"} 8

    eval range from 0 to 3m step 1m abs({__name__=~"a|b"})
      {x="1"} 1 2 30 40
  `,
    { delayedNameRemoval: true },
  )
  expect(faults).toEqual([])
})

test('a group by name outlives the calculation when names go at the end, and is merged then', async () => {
  const series = new MemorySeries()
  for (const name of ['a', 'b']) {
    for (let i = 0; i <= 4; i++) series.append({ __name__: name, x: '1' }, i * 60_000, name === 'a' ? i : 2 * i)
  }
  const query = 'max(sum by (__name__) (rate({x="1"}[5m])))'
  const [now, later] = [new Engine(), new Engine({ delayedNameRemoval: true })]
  await expect(now.instant(series, query, 240_000)).rejects.toThrow(
    'vector cannot contain metrics with the same labelset',
  )
  const { value } = await later.instant(series, query, 240_000)
  expect(value).toMatchObject([{ value: expect.closeTo(8 / 300, 12) }])
  const clash = later.instant(series, 'sum by (__name__) (rate({x="1"}[5m]))', 240_000)
  await expect(clash).rejects.toThrow('vector cannot contain metrics with the same labelset')
})
