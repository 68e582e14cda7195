import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Secret, secretOf } from '../../kernel/index.ts'
import type { ScalarTree } from './tree.ts'
import { type Question, validate } from './validate.ts'
import { parseTree } from './yaml.ts'

function judge(schema: z.ZodType, text: string, env: Readonly<Record<string, string>> = {}) {
  const parsed = parseTree(text, 'a', env)
  if (!parsed.ok || !parsed.tree) throw new Error('not YAML')
  const root = parsed.tree
  return {
    root,
    judged: validate(schema, root, new Map()),
    again: (known: Map<ScalarTree, unknown>) => validate(schema, root, known),
  }
}

function asked(schema: z.ZodType, text: string, env: Readonly<Record<string, string>> = {}): unknown[] {
  const { judged } = judge(z.strictObject({ it: schema }), text, env)
  return judged.kind === 'questions' ? judged.questions.map(brief) : [judged.kind]
}

function brief(question: Question): unknown {
  return question.kind === 'take-as' ? question.value : question.secretFile
}

describe('a text from the environment', () => {
  it.each([
    [z.number(), '8080', [8080]],
    [z.int().max(10), '-2.5e3', [-2500]],
    [z.boolean(), 'true', [true]],
    [z.union([z.boolean(), z.literal('auto')]), 'false', [false]],
    [z.union([z.number(), z.literal('auto')]), 'auto', ['valid']],
    [z.union([z.string(), z.number()]), '5', ['valid']],
    [z.number(), 'x5', ['invalid']],
    [z.number(), '', ['invalid']],
    [z.number(), '0x10', ['invalid']],
    [z.number(), ' 5', ['invalid']],
    [z.boolean(), 'yes', ['invalid']],
    [z.boolean(), '1', ['invalid']],
  ])('%# may be taken for what the schema asks for', (schema, text, questions) => {
    expect(asked(schema, 'it: ${X}', { X: text })).toEqual(questions)
  })

  it('is the only one that may be', () => {
    expect(asked(z.number(), 'it: "5"')).toEqual(['invalid'])
  })
})

describe('the file of a secret', () => {
  const either = z.union([Secret, z.strictObject({ key: Secret })])

  it.each([
    [Secret, 'it: file:a', ['a']],
    [either, 'it: file:a', ['a']],
    [either, 'it: { key: file:b }', ['b']],
    [z.array(Secret), 'it: [file:a, x, file:b]', ['a', 'b']],
    [z.string(), 'it: file:a', ['valid']],
    [z.number(), 'it: file:a', ['invalid']],
  ])('%# is asked for where a secret belongs', (schema, text, questions) => {
    expect(asked(schema, text)).toEqual(questions)
  })

  it('is asked for once; with the answer the value is valid', () => {
    const { judged, again } = judge(z.strictObject({ it: Secret }), 'it: file:a')
    const [question] = judged.kind === 'questions' ? judged.questions : []
    if (!question) throw new Error('nothing was asked')
    const secret = secretOf('text')
    expect(again(new Map([[question.scalar, secret]]))).toEqual({ kind: 'valid', value: { it: secret } })
  })
})
