import { expect, it } from 'vitest'
import { compile } from '../../../kernel/matcher.ts'
import { expandTemplate } from './template.ts'

const REGEX = compile('(?P<first>a+)(b+)?(c+)')

it.each([
  ['plain', 'plain'],
  ['$1', 'aa'],
  ['$0', 'aacc'],
  ['[$2]', '[]'],
  ['$3$1', 'ccaa'],
  ['${1}0', 'aa0'],
  ['$10', ''],
  ['$1x', ''],
  ['$first', 'aa'],
  ['${first}s', 'aas'],
  ['$firsts', ''],
  ['$missing', ''],
  ['$01', ''],
  ['$99999999999', ''],
  ['$$1', '$1'],
  ['$$$1', '$aa'],
  ['$', '$'],
  ['$ 1', '$ 1'],
  ['${1', '${1'],
  ['${}', '${}'],
  ['${a-b}', '${a-b}'],
  ['a$', 'a$'],
  ['$é', ''],
])('%s becomes %s', (template, expected) => {
  const match = REGEX.matcher('aacc')
  expect(match.matches()).toBe(true)
  expect(expandTemplate(template, match, REGEX.namedGroups())).toBe(expected)
})
