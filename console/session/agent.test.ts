import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { texts, wordsIn } from '../language/language.tsx'
import { AGENT } from '../language/texts/agent.ts'
import { agentName } from './agent.ts'

const { say } = wordsIn(texts(AGENT), 'en')
const { say: sage } = wordsIn(texts(AGENT), 'zh')
const KIT = 'AppleWebKit/537.36 (KHTML, like Gecko)'

describe('what a browser calls itself', () => {
  it.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KIT} Chrome/131.0.0.0 Safari/537.36`, 'Chrome on Windows'],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
      'Edge on Windows',
    ],
    [`Mozilla/5.0 (X11; Linux x86_64) ${KIT} Chrome/131.0.0.0 Safari/537.36 OPR/115.0.0.0`, 'Opera on Linux'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    [`Mozilla/5.0 (Linux; Android 10; K) ${KIT} Chrome/131.0.0.0 Mobile Safari/537.36`, 'Chrome on Android'],
    ['curl/8.5.0', 'curl'],
    ['Browser/1.0', 'Browser'],
    ['', 'an unknown browser'],
    ['（', 'an unknown browser'],
  ])('is read: %s', (agent, name) => expect(agentName(agent, say)).toBe(name))

  it('is said in Chinese, too', () => {
    expect(agentName('Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0', sage)).toBe('Linux 上的 Firefox')
    expect(agentName('', sage)).toBe('未知浏览器')
  })

  it('is short and never empty, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), agent => {
        const { length } = agentName(agent, say)
        expect(length > 0 && length <= 40).toBe(true)
      }),
    )
  })
})
