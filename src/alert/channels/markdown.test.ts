import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkTarget, plainMarkdown, plainTitle } from './markdown.ts'

describe('plain Markdown', () => {
  it.each([
    ['a version in asterisks', '*x*', '＊x＊'],
    ['a mention', '<@all> <at id=all></at>', '＜@all> ＜at id=all>＜/at>'],
    ['a link', '[Sign in](https://evil.example)', '［Sign in］(https://evil.example)'],
    ['code', '`rm`', '｀rm｀'],
    ['a heading, and a quotation', '# big\n> said', '＃ big\n＞ said'],
    ['emphasis by underscores', '_x_ and __y__', '＿x＿ and ＿＿y＿＿'],
    ['what is struck out', '~~x~~', '～～x～～'],
    ['a backslash before a mark', '\\*', '＼＊'],
  ])('takes the meaning from %s', (_, text, plain) => {
    expect(plainMarkdown(text)).toBe(plain)
  })

  it.each(['my_service', '概率 < 0.9 %', 'v2 → v3', 'a > b', 'C# and x#1', '(7 of 698)', 'v1.2.3-rc.1+build'])(
    'leaves alone what has none: %s',
    text => {
      expect(plainMarkdown(text)).toBe(text)
    },
  )

  it('never leaves a tag, a mention or a link', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '@', '[', ']', '(', ')', 'a', ' ', '\n', '*', '\\') }),
        text => {
          expect(plainMarkdown(text)).not.toMatch(/<\S|\]\(|\*/)
        },
      ),
    )
  })

  it('keeps a title on one line', () => {
    expect(plainTitle('a\n# b')).toBe('a # b')
  })
})

describe('the target of a link', () => {
  it.each([
    ['https://ship.example.com/releases/rel_7', 'https://ship.example.com/releases/rel_7'],
    ['https://ship.example.com/a(b)[c]', 'https://ship.example.com/a%28b%29%5Bc%5D'],
    ['https://ship.example.com/a b', 'https://ship.example.com/a%20b'],
  ])('of %s is %s', (address, target) => {
    expect(linkTarget(address)).toBe(target)
  })

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'nowhere', '', `https://a.example/${'x'.repeat(1_000)}`])(
    'is none: %.30s',
    address => {
      expect(linkTarget(address)).toBeUndefined()
    },
  )
})
