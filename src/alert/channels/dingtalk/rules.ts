import type { Rule, Said } from '../reply.ts'

/** A robot that was throttled takes nothing more for ten minutes. */
const BLOCKED_MS = 10 * 60_000

const NO_ROBOT: Rule = {
  retry: 'never',
  means: 'there is no such robot: copy accessToken from the group once more',
}
const CONTENT: Rule = { retry: 'never', means: 'its filter takes offence at the text' }
const OURS: Rule = { retry: 'never', means: 'it cannot read the message: is endpoint the right one?' }

/**
 * What DingTalk's codes ask of us. 0, -1, 130101, 310000 and 460101 are documented for robots; the others are
 * unconfirmed, being found in lists of it and in answers of it.
 */
const RULES: Readonly<Record<string, Rule>> = {
  '-1': { retry: 'now', means: 'it is busy' },
  130101: { retry: 'later', afterMs: BLOCKED_MS, means: 'more than 20 messages within a minute' },
  410100: { retry: 'later', afterMs: BLOCKED_MS, means: 'more than 20 messages within a minute' },
  460101: { retry: 'never', means: 'the message is too long' },
  300005: NO_ROBOT,
  400101: NO_ROBOT,
  400106: NO_ROBOT,
  400013: { retry: 'never', means: 'the group exists no more' },
  400102: { retry: 'never', means: 'the robot is switched off: switch it on in the group' },
  40035: OURS,
  43004: OURS,
  400105: OURS,
  430101: CONTENT,
  430102: CONTENT,
  430103: CONTENT,
  430104: CONTENT,
}

/** 310000 is one code for three refusals, and 300001 for two: only the words tell them apart. */
export function ruleOf({ code, message }: Said): Rule | undefined {
  if (code === 310000) return { retry: 'never', means: secured(message) }
  if (code === 300001 && /token/i.test(message)) return NO_ROBOT
  return RULES[code]
}

function secured(message: string): string {
  if (/keyword|关键词/i.test(message)) return 'its keyword is missing: set keyword as it is in the group'
  if (/timestamp/i.test(message)) return 'this machine’s clock is more than an hour off'
  if (/sign|签名/i.test(message)) return 'the signature does not match: copy secret from the group once more'
  if (/\bip\b|whitelist|白名单/i.test(message))
    return 'it does not take messages from this address: add it in the group'
  return 'its security settings do not take the message: look at them in the group'
}
