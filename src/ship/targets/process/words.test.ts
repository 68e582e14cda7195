import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinWords, splitWords } from './words.ts'

const wordsOf = (line: string) => {
  const split = splitWords(line)
  return split.ok ? split.words : split.reason
}
const shellOf = (line: string) => {
  const split = splitWords(line)
  return split.ok ? split.shell.map(found => found.text) : []
}

describe('a command line', () => {
  it.each([
    ['node server.ts', ['node', 'server.ts']],
    ['  node\t server.ts  ', ['node', 'server.ts']],
    ["node 'my server.ts'", ['node', 'my server.ts']],
    ['node "my server.ts"', ['node', 'my server.ts']],
    ['node my\\ server.ts', ['node', 'my server.ts']],
    ['printf \'a"b\'"c\'d"', ['printf', `a"bc'd`]],
    ['echo ""', ['echo', '']],
    ['echo "a\\"b\\\\c\\d"', ['echo', 'a"b\\c\\d']],
    ["echo 'a\\nb'", ['echo', 'a\\nb']],
    [String.raw`echo \$HOME`, ['echo', '$HOME']],
    ['', []],
    ['serve --version={version} --port {port}', ['serve', '--version={version}', '--port', '{port}']],
  ])('%j is split as a shell would', (line, words) => {
    expect(wordsOf(line)).toEqual(words)
    expect(shellOf(line)).toEqual([])
  })

  it.each([
    ["node 'server.ts", "the quote ' is not closed"],
    ['node "server.ts', 'the quote " is not closed'],
    ['node server.ts\\', 'it ends with a backslash'],
  ])('%j is refused', (line, reason) => {
    expect(wordsOf(line)).toBe(reason)
  })

  it.each([
    ['node a.ts | tee log', ['|']],
    ['npm run build && node a.ts', ['&&']],
    ['a || b', ['||']],
    ['a & b; c', ['&', ';']],
    ['node a.ts > out.log 2>&1', ['>', '2>&1']],
    ['cat < in', ['<']],
    ['a\nb', ['a line break']],
    ['node a.ts --port $PORT', ['$PORT']],
    ['node a.ts --port "$PORT"', ['$PORT']],
    ['node a.ts --port ${PORT}', ['${PORT}']], // oxlint-disable-line no-template-curly-in-string
    ['kill $(cat pid)', ['$(']],
    ['kill `cat pid`', ['`', '`']],
  ])('%j is seen to need a shell', (line, found) => {
    expect(shellOf(line)).toEqual(found)
  })

  it.each(["echo 'a | b && $c > d'", 'echo "a | b > d"', String.raw`echo a\|b \> \$c`])(
    '%j needs none: it is quoted',
    line => {
      expect(shellOf(line)).toEqual([])
    },
  )

  it('keeps any words through writing and splitting', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), words => {
        expect(splitWords(joinWords(words))).toEqual({ ok: true, words, shell: [] })
      }),
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '$', '|', '>', '`', '(', '\n') }),
        line => {
          expect(splitWords(line)).toHaveProperty('ok')
        },
      ),
    )
  })
})
