import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../kernel/fake-clock.ts'
import { type Clock, seededRandom } from '../../kernel/index.ts'
import { heartbeat, rolledBack, tried, unproven } from '../notice.fixture.ts'
import type { Language, Message, ReleaseEvent, ReleaseNotice } from '../notice.ts'
import { say } from '../words/index.ts'
import type { Attempt, HttpRequest, World } from './channel.ts'
import { openHttp } from './http.ts'
import type { Provider } from './provider.fixture.ts'
import { CHANNELS, ChannelConfig } from './registry.ts'
import type { Answer } from './server.fixture.ts'

interface Subject {
  readonly type: ChannelConfig['type']
  readonly play: (clock: Clock) => Promise<Provider>
  /** How a reply looks that says that a message was taken. */
  readonly taken: Answer
  /** Throws where a body is longer than the provider takes. */
  readonly expectWithin: (body: string) => void
  /** What a configuration may add, in all its varieties. */
  readonly variants: readonly Readonly<Record<string, unknown>>[]
}

const EVENTS: readonly ReleaseEvent[] = ['started', 'promoted', 'rolled-back', 'held', 'inconclusive', 'failed']

/** What every channel must do, whatever its provider. */
export function contractOfChannel({ type, play, taken, expectWithin, variants }: Subject): void {
  describe(`the ${type} channel`, () => {
    const clock = new FakeClock()
    let provider: Provider
    let http: ReturnType<typeof openHttp>

    beforeEach(async () => {
      provider = await play(clock)
      http = openHttp({ clock })
    })
    afterEach(async () => {
      await http.close()
      await provider.close()
    })

    const world = (over: Partial<World> = {}): World => ({
      clock,
      random: seededRandom(1),
      http: http.http,
      signal: new AbortController().signal,
      ...over,
    })
    const read = (config: unknown): ChannelConfig => ChannelConfig.parse(config)
    const send = (config: unknown, message: Message, over: Partial<World> = {}): Promise<Attempt> =>
      CHANNELS[type].send(read(config), message, world(over))
    const message = (over: Partial<ReleaseNotice> = {}, language: Language = 'zh'): Message =>
      say({ ...rolledBack, ...over }, language)

    it.each(EVENTS.flatMap(event => (['en', 'zh'] as const).map(language => [event, language] as const)))(
      'carries %s in %s: what, why with its numbers, what it cost, and where to read on',
      async (event, language) => {
        const said = message({ event }, language)
        const { delivery, reply } = await send(provider.config, said)
        expect(delivery).toEqual({ ok: true })
        expect(reply?.status).toBeLessThan(300)
        const [shown] = provider.shown
        expect(shown?.title).toContain(said.title)
        expect(shown?.text).toContain('698')
        expect(shown?.text).toContain('< 0.9 %')
        expect(shown?.text).toContain(language === 'zh' ? '702 个中 7 个' : '7 of 702')
        expect(shown?.url).toBe(rolledBack.url)
      },
    )

    it('carries a message without a link', async () => {
      for (const notice of [tried, heartbeat, unproven]) {
        expect((await send(provider.config, say(notice, 'en'))).delivery).toEqual({ ok: true })
      }
      expect(provider.shown[0]?.title).toContain('Test: this channel works')
      expect(provider.shown[0]).not.toHaveProperty('url')
    })

    it('tells a secret that the provider does not know', async () => {
      const { delivery } = await send(provider.forged, message())
      expect(delivery.ok).toBe(false)
      expect(provider.shown).toEqual([])
    })

    it('is tried again where the provider is busy', async () => {
      provider.answerNext(provider.busy)
      expect((await send(provider.config, message())).delivery).toMatchObject({ ok: false, retry: 'now' })
      expect((await send(provider.config, message())).delivery).toEqual({ ok: true })
    })

    it('waits as long as the provider wants when it says too much, and is heard again after that', async () => {
      const { limits } = CHANNELS[type].pace(read(provider.config))
      const most = limits[0]?.most ?? 20
      for (let i = 0; i < most; i++) expect((await send(provider.config, message())).delivery).toEqual({ ok: true })
      const { delivery } = await send(provider.config, message())
      expect(delivery).toMatchObject({ ok: false, retry: 'later', afterMs: expect.any(Number) })
      await clock.advance(delivery.ok ? 0 : (delivery.afterMs ?? 0))
      // A receiver without a pace of its own said how long it rests; its window may be longer.
      if (limits.length === 0) await clock.advance(60_000)
      expect((await send(provider.config, message())).delivery).toEqual({ ok: true })
    })

    it.each<[string, Answer, 'now' | 'later']>([
      ['a page of a proxy', { status: 502, body: '<html>Bad Gateway</html>' }, 'now'],
      ['an error without words', { status: 500, body: '' }, 'now'],
      ['an error that says when', { status: 503, headers: { 'retry-after': '7' }, body: '' }, 'later'],
      ['too many requests', { status: 429, body: 'slow down' }, 'later'],
      ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example' }, body: '' }, 'now'],
    ])('does not take %s for an answer', async (_, answer, retry) => {
      provider.answerNext(answer)
      const { delivery, reply } = await send(provider.config, message())
      expect(delivery).toMatchObject({ ok: false, retry })
      expect(reply).toEqual({ status: answer.status, body: answer.body })
      if (answer.headers?.['retry-after'] === '7') expect(delivery).toMatchObject({ afterMs: 7_000 })
    })

    it('says what happened where nobody answers', async () => {
      await provider.close()
      const { delivery, reply } = await send(provider.config, message())
      expect(delivery).toMatchObject({
        ok: false,
        retry: 'now',
        reason: expect.stringContaining('refuses connections'),
      })
      expect(reply).toBeUndefined()
    })

    it('calls no private address unless it is allowed to', async () => {
      const { delivery } = await send({ ...provider.config, allowPrivate: false }, message())
      expect(delivery).toMatchObject({
        ok: false,
        retry: 'never',
        reason: expect.stringContaining('allowPrivate: true'),
      })
      expect(provider.asked).toEqual([])
    })

    it('gives up with the reason of whoever stops it, and with nothing else', async () => {
      const signal = AbortSignal.abort(new Error('the hub stops'))
      await expect(send(provider.config, message(), { signal })).rejects.toThrow('the hub stops')
    })

    it('lets a bug through', async () => {
      const http = (): Promise<never> => Promise.reject(new RangeError('a bug'))
      await expect(send(provider.config, message(), { http })).rejects.toThrow('a bug')
    })

    it('shows no secret: not when it is taken, refused, unanswered, or repeated to it', async () => {
      const attempts = [await send(provider.config, message())]
      const echo = JSON.stringify(provider.asked[0])
      attempts.push(await send(provider.forged, message()))
      provider.answerNext(
        { status: 200, body: echo },
        { status: 400, body: JSON.stringify({ errcode: 1, errmsg: echo, code: 1, msg: echo }) },
      )
      attempts.push(await send(provider.config, message()), await send(provider.config, message()))
      await provider.close()
      attempts.push(await send(provider.config, message()))
      for (const attempt of attempts) {
        for (const secret of provider.secrets) expect(JSON.stringify(attempt)).not.toContain(secret)
        expect(attempt.request.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//)
      }
    })

    it('names its destination without its secrets, and the same for the same', () => {
      const { destination } = CHANNELS[type].pace(read(provider.config))
      expect(destination).toMatch(new RegExp(`^${type}:[\\w-]{12}$`))
      expect(CHANNELS[type].pace(read({ ...provider.config, language: 'en' })).destination).toBe(destination)
    })

    it.each(variants)('lets no name mention anybody or make a link, with %j', async variant => {
      const name = '<at id=all></at><at user_id="all">x</at><@all>@all @13800000000 [x](https://evil.example) *b*'
      const said = message({
        version: name,
        previous: name,
        actor: name,
        reason: name,
        hint: name,
        why: null,
        url: 'https://a.example/',
      })
      expect((await send({ ...provider.config, ...variant }, said)).delivery).toEqual({ ok: true })
      const [shown] = provider.shown
      expect(shown?.mentioned).toEqual([])
      expect(shown?.url).toBe('https://a.example/')
    })

    it.each(variants)(
      'makes valid JSON of any text, within the limit and without half characters, with %j',
      async variant => {
        const config = read({ ...provider.config, ...variant })
        let request: HttpRequest | undefined
        const http: World['http'] = given => {
          request = given
          return Promise.resolve({ headers: {}, ...taken })
        }
        const text = fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: 'grapheme' }),
          fc
            .tuple(fc.string({ unit: 'grapheme-composite', maxLength: 9 }), fc.integer({ min: 1, max: 3_000 }))
            .map(([part, times]) => part.repeat(times)),
          fc.constantFrom('<', '*', '"', '\\', '\u0000', '\uD83D', '_', '中').map(part => part.repeat(9_000)),
        )
        const language = fc.constantFrom<Language>('en', 'zh')
        await fc.assert(
          fc.asyncProperty(text, text, text, text, language, async (version, reason, hint, url, language) => {
            const said = message({ version, reason, hint, why: null, url }, language)
            const { delivery } = await CHANNELS[type].send(config, said, world({ http }))
            expect(delivery).toEqual({ ok: true })
            const body = request?.body ?? ''
            expect(() => JSON.parse(body)).not.toThrow()
            expect(body.isWellFormed()).toBe(true)
            expect(wordsIn(JSON.parse(body)).filter(word => !word.isWellFormed())).toEqual([])
            expectWithin(body)
          }),
          { numRuns: 25 },
        )
      },
    )
  })
}

/** Every text in a body that people read. What a webhook carries as data is the data, whatever it is. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === 'data' ? [] : wordsIn(inner)))
}
