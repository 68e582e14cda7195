import type { Rule, Said } from '../reply.ts'

const TOO_OFTEN: Rule = {
  retry: 'later',
  afterMs: 60_000,
  means: 'more than 100 messages within a minute or 5 within a second',
}
const OURS: Rule = { retry: 'never', means: 'it cannot read the message: is endpoint the right one?' }

/** What Feishu's codes ask of us. 19022 and 19024 are unconfirmed, and so is that 19001 and 19002 are final. */
const RULES: Readonly<Record<string, Rule>> = {
  11232: TOO_OFTEN,
  19001: { retry: 'never', means: 'there is no such robot: copy token from the group once more' },
  19002: OURS,
  19021: {
    retry: 'never',
    means: 'the signature does not match, or this machine’s clock is more than an hour off: copy secret once more',
  },
  19022: { retry: 'never', means: 'it does not take messages from this address: add it in the group' },
  19024: { retry: 'never', means: 'its keyword is missing: set keyword as it is in the group' },
}

/** 9499 stands for requests that come too often, and for those that cannot be read: only the words tell which. */
export function ruleOf({ code, message }: Said): Rule | undefined {
  if (code === 9499) return /too many/i.test(message) ? TOO_OFTEN : OURS
  return RULES[code]
}
