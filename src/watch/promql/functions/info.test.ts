import { describe, expect, it } from 'vitest'
import { Vector } from '../evaluate/value.ts'
import { allAtOnce } from '../pieces.ts'
import { parse } from '../syntax/parse.ts'
import { linesOf, type Sample, vectorOf } from './evaluation.fixture.ts'
import { infoMatchers, joinInfo, wantedInfo } from './info.ts'

type Row = readonly [labels: Record<string, string>, ...samples: Sample[]]

const METRIC: Row = [{ __name__: 'metric', instance: 'a', job: '1', label: 'value' }, 0, 1, 2]
const TARGET: Row = [{ __name__: 'target_info', instance: 'a', job: '1', data: 'info', more: 'x' }, 0, 1, 2]
const BUILD: Row = [{ __name__: 'build_info', instance: 'a', job: '1', build: 'b' }, 0, 1, 2]

/** The info series' samples are the times at which they were taken. */
async function joined(selector: string, base: readonly Row[], infos: readonly Row[]): Promise<string[]> {
  const wanted = wantedOf(selector)
  const vector = vectorOf(base)
  const matchers = await infoMatchers(vector, wanted, allAtOnce)
  const found =
    matchers === undefined
      ? []
      : infos.filter(([labels]) => matchers.every(each => each.matches(labels[each.name] ?? '')))
  const times = found.length === 0 ? new Vector(vector.steps, 0) : vectorOf(found)
  return linesOf(await joinInfo(vector, times, times, wanted, allAtOnce))
}

function wantedOf(selector: string): ReturnType<typeof wantedInfo> {
  if (selector === '') return wantedInfo(undefined)
  const call = parse(`info(v, ${selector})`, { experimental: true })
  const argument = call.kind === 'call' ? call.args[1] : undefined
  return wantedInfo(argument?.kind === 'vector-selector' ? argument : undefined)
}

describe('info', () => {
  it.each([
    ['', 'metric{data="info", instance="a", job="1", label="value", more="x"} 0 1 2'],
    ['{data=~".+"}', 'metric{data="info", instance="a", job="1", label="value"} 0 1 2'],
    ['{data=~".+", missing=~".*"}', 'metric{data="info", instance="a", job="1", label="value"} 0 1 2'],
    ['{missing=~".+"}', undefined],
    ['{__name__="missing"}', 'metric{instance="a", job="1", label="value"} 0 1 2'],
    ['{__name__="missing", data=~".+"}', undefined],
    ['{__name__="build_info"}', 'metric{build="b", instance="a", job="1", label="value"} 0 1 2'],
    ['{__name__!~".+_info", data=~".+"}', undefined],
    ['{__name__!="target_info"}', 'metric{build="b", instance="a", job="1", label="value"} 0 1 2'],
    ['{__name__=~".+_info"}', 'metric{build="b", data="info", instance="a", job="1", label="value", more="x"} 0 1 2'],
  ])('with selector “%s” adds the labels that it asks for', async (selector, expected) => {
    expect(await joined(selector, [METRIC], [TARGET, BUILD])).toEqual(expected === undefined ? [] : [expected])
  })

  it('leaves series of other targets as they are', async () => {
    expect(await joined('', [[{ __name__: 'm', instance: 'a', job: '2' }, 1, 1, 1]], [TARGET])).toEqual([
      'm{instance="a", job="2"} 1 1 1',
    ])
  })

  it('leaves what a series says of itself', async () => {
    expect(await joined('', [[{ __name__: 'm', instance: 'a', job: '1', data: 'own' }, 1, 1, 1]], [TARGET])).toEqual([
      'm{data="own", instance="a", job="1", more="x"} 1 1 1',
    ])
  })

  it('leaves info series alone, by all of the name matchers', async () => {
    expect(await joined('{__name__=~".+_info"}', [BUILD], [TARGET, BUILD])).toEqual([
      'build_info{build="b", instance="a", job="1"} 0 1 2',
    ])
    expect(await joined('{__name__=~"target_.+", __name__=~".+_info"}', [BUILD], [TARGET, BUILD])).toEqual([
      'build_info{build="b", data="info", instance="a", job="1", more="x"} 0 1 2',
    ])
  })

  it('matches by the identifying labels that are there', async () => {
    const info: Row = [{ __name__: 'target_info', instance: 'a', yes: '1' }, 0]
    expect(await joined('', [[{ __name__: 'm', instance: 'a' }, 1]], [info])).toEqual(['m{instance="a", yes="1"} 1'])
    expect(await joined('', [[{ __name__: 'm' }, 1]], [info])).toEqual(['m{} 1'.replace('{}', '')])
    expect(await joined('{yes="1"}', [[{ __name__: 'm' }, 1]], [info])).toEqual([])
  })

  it('takes the younger of two, and makes a series of its own of what changed', async () => {
    const old: Row = [{ __name__: 'target_info', instance: 'a', job: '1', data: 'old' }, 0, 1, 1]
    const young: Row = [{ __name__: 'target_info', instance: 'a', job: '1', data: 'new' }, undefined, undefined, 2]
    expect(await joined('', [METRIC], [old, young])).toEqual([
      'metric{data="old", instance="a", job="1", label="value"} 0 1 _',
      'metric{data="new", instance="a", job="1", label="value"} _ _ 2',
    ])
  })

  it('carries histograms along', async () => {
    const base: Row = [{ __name__: 'h', instance: 'a', job: '1' }, '{{count:1}}', 2]
    expect(await joined('{data=~".+"}', [base], [TARGET])).toEqual([
      'h{data="info", instance="a", job="1"} {{count:1}} 2',
    ])
  })

  it('refuses two info series of one age', async () => {
    const other: Row = [{ __name__: 'target_info', instance: 'a', job: '1', data: 'other' }, 0.5, 1, 1]
    await expect(joined('', [METRIC], [TARGET, other])).rejects.toThrow(
      'found duplicate series for info metric: existing {__name__="target_info", data="info", instance="a", job="1", more="x"} @ 1000, new {__name__="target_info", data="other", instance="a", job="1"} @ 1000',
    )
  })

  it('refuses labels that contradict each other', async () => {
    const build: Row = [{ __name__: 'build_info', instance: 'a', job: '1', data: 'other' }, 0, 1, 2]
    await expect(joined('{__name__=~".+_info"}', [METRIC], [TARGET, build])).rejects.toThrow('conflicting label: data')
  })

  it('refuses info series of histograms', async () => {
    const info: Row = [{ __name__: 'target_info', instance: 'a', job: '1' }, '{{count:1}}']
    await expect(joined('', [METRIC], [info])).rejects.toThrow(
      'this should be an info metric, with float samples: {__name__="target_info", instance="a", job="1"}',
    )
  })

  it('asks the storage for what the series have, and quotes it', async () => {
    const base = vectorOf([
      [{ __name__: 'm', instance: 'a.b:1', job: 'x' }, 1],
      [{ __name__: 'm', instance: 'c' }, 1],
    ])
    const matchers = await infoMatchers(base, wantedInfo(undefined), allAtOnce)
    const written = matchers?.map(({ name, operator, value }) => `${name}${operator}${value}`)
    expect(written).toEqual(['__name__=target_info', String.raw`instance=~a\.b:1|c`, 'job=~x'])
    const without = vectorOf([[{ a: '1' }, 1]])
    expect(await infoMatchers(without, wantedInfo(undefined), allAtOnce)).toBeUndefined()
  })
})
