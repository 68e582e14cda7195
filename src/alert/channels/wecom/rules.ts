import type { Rule, Said } from '../reply.ts'

const NO_ROBOT: Rule = { retry: 'never', means: 'there is no such robot: copy key from the group once more' }
const OURS: Rule = { retry: 'never', means: 'it cannot read the message' }

/**
 * What WeCom's codes ask of us. -1 and 40058 are documented for robots; 45009 and 93000 are unconfirmed for
 * them, and so are the others, which are from its list for all interfaces.
 */
const RULES: Readonly<Record<string, Rule>> = {
  '-1': { retry: 'now', means: 'it is busy' },
  45009: { retry: 'later', afterMs: 60_000, means: 'more than 20 messages within a minute' },
  45033: { retry: 'now', means: 'too many messages at the same time' },
  40058: { retry: 'never', means: 'the message is too long, or a part of it is not allowed' },
  45002: { retry: 'never', means: 'the message is too long' },
  93000: NO_ROBOT,
  40008: OURS,
  44004: OURS,
  47001: OURS,
}

export function ruleOf({ code, message }: Said): Rule | undefined {
  // The same code has been seen for a message that is too long.
  if (code === 93000 && /max length/i.test(message)) return RULES[45002]
  return RULES[code]
}
