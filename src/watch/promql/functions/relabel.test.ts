import { describe, expect, it } from 'vitest'
import type { Vector } from '../evaluate/value.ts'
import { linesOf, vectorOf, whole } from './evaluation.fixture.ts'

const vector = (): Vector =>
  vectorOf([
    [{ __name__: 'm', src: 'source-value-10', dst: 'original' }, 0],
    [{ __name__: 'm', src: 'source-value-20', dst: 'original' }, 1],
  ])

/** The labels' values of dst, – where there is none. */
async function targets(query: string): Promise<string[]> {
  const { labels } = (await whole(query, [vector()])) as Vector
  return labels.map(each => (each.has('dst') ? each.get('dst') : '–'))
}

describe('label_replace', () => {
  it.each([
    ['"dst", "to-$1", "src", "source-value-(.*)"', ['to-10', 'to-20']],
    ['"dst", "to-$1", "src", "value-(.*)"', ['original', 'original']],
    ['"dst", "$2-$1", "src", "(.*)-value-(.*)"', ['10-source', '20-source']],
    ['"dst", "${n}x", "src", ".*-(?P<n>\\\\d+)"', ['10x', '20x']],
    ['"dst", "$nx", "src", ".*-(?P<n>\\\\d+)"', ['–', '–']],
    ['"dst", "value-$1", "missing", "source-value-(.*)"', ['original', 'original']],
    ['"dst", "value-$1", "missing", "(.*)"', ['value-', 'value-']],
    ['"dst", "", "dst", ".*"', ['–', '–']],
    ['"dst", "x", "src", "source-value-10|other"', ['x', 'original']],
    ['"dst", "$1", "src", "(?i:SOURCE)-value-(.)."', ['1', '2']],
  ])('(m, %s)', async (args, expected) => {
    expect(await targets(`label_replace(m, ${args})`)).toEqual(expected)
  })

  it('lets . match a new line', async () => {
    const answer = await whole('label_replace(m, "dst", "$1", "src", "a(.*)b")', [vectorOf([[{ src: 'a\nb' }, 1]])])
    expect((answer as Vector).labels[0]?.get('dst')).toBe('\n')
  })

  it('leaves the vector that it was given as it was', async () => {
    const given = vector()
    await whole('label_replace(m, "dst", "x", "src", ".*")', [given])
    expect(given.labels.map(labels => labels.get('dst'))).toEqual(['original', 'original'])
  })

  it('gives names that stay, though the old ones were yet to be dropped', async () => {
    const given = vector()
    given.unnamed = new Set([0, 1])
    const query = 'label_replace(m, "__name__", "n", "src", ".*-10")'
    expect(await whole(query, [given], { delaysNames: true })).toMatchObject({ unnamed: new Set([1]) })
    expect(given.unnamed).toEqual(new Set([0, 1]))
  })

  it.each([
    ['"dst", "", "src", "(.*"', 'invalid regular expression in label_replace(): (.*'],
    ['"", "", "src", "(.*)"', 'invalid destination label name in label_replace(): '],
    ['"\\xff", "", "src", "(.*)"', /^invalid destination label name in label_replace\(\): /],
  ])('refuses (m, %s)', async (args, message) => {
    const query = `label_replace(m, ${args})`
    const refused = whole(query, [vector()])
    await expect(refused).rejects.toMatchObject({ name: 'PromQLError', kind: 'execution' })
    await expect(refused).rejects.toThrow(message)
  })
})

describe('label_join', () => {
  const joined = vectorOf([[{ __name__: 'm', src: 'a', src1: 'b', src2: 'c', dst: 'original' }, 0]])
  it.each([
    ['"dst", "-", "src", "src1", "src2"', 'dst="a-b-c", '],
    ['"dst", "-", "src", "missing", "src1"', 'dst="a--b", '],
    ['"dst", "", "missing"', ''],
    ['"dst", ", "', ''],
    ['"new.label", ", ", "src"', '"new.label"="a", '],
  ])('(m, %s)', async (args, expected) => {
    const [line] = linesOf(await whole(`label_join(m, ${args})`, [joined]))
    expect(line).toContain(expected)
    if (!args.includes('new')) expect(line).not.toContain('original')
  })

  it.each([
    ['"", "-", "src"', 'invalid destination label name in label_join(): '],
    ['"dst", "-", "src", ""', 'invalid source label name in label_join(): '],
  ])('refuses (m, %s)', async (args, message) => {
    await expect(whole(`label_join(m, ${args})`, [vector()])).rejects.toThrow(message)
  })
})

describe('a label that would be a gigabyte', () => {
  const long = vectorOf([[{ __name__: 'm', a: 'x'.repeat(60_000) }, 0]])
  const times = (count: number, text: string): string => Array.from({ length: count }, () => text).join('')

  it.each([
    ['by joining', `label_join(m, "b", "", "a", "a")`, 'label_join'],
    ['by joining, longer than any text', `label_join(m, "b", ""${times(20_000, ', "a"')})`, 'label_join'],
    ['by replacing', `label_replace(m, "b", "$1$1", "a", "(.*)")`, 'label_replace'],
    [
      'by replacing, longer than any text',
      `label_replace(m, "b", "${times(20_000, '$1')}", "a", "(.*)")`,
      'label_replace',
    ],
  ])('is refused: %s', async (_, query, name) => {
    await expect(whole(query, [long])).rejects.toMatchObject({
      kind: 'execution',
      message: `value of label b in ${name}() is longer than 65536 characters`,
    })
  })

  it('is not taken for one that is only long', async () => {
    const [line] = linesOf(await whole('label_replace(m, "b", "$1!", "a", "(.*)")', [long]))
    expect(line).toContain('x!"')
  })
})
