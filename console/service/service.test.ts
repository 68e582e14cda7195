import { describe, expect, it } from 'vitest'
import { DeployBody } from '../../src/client/index.ts'
import { FakeClock } from '../../src/kernel/fake-clock.ts'
import { texts, wordsIn } from '../language/language.tsx'
import { canComeBack } from '../release/orders.ts'
import { harbour } from '../test/harbour.fixture.ts'
import { comingBack } from './back-to-version-dialog.tsx'
import { bodyOf, type DeployForm, deploying, STRATEGIES } from './deploy-body.ts'
import { concernsOf, gravestFirst, instanceCounts } from './health.ts'

const clock = new FakeClock(1_795_231_320_000)
const { world, bad, undecided } = harbour(clock)
const en = wordsIn(texts(), 'en', 'UTC')
const service = (name: string) => {
  const found = world.services.get(name)
  if (!found) throw new Error(`the story has no service ${name}`)
  return found
}
const FORM: DeployForm = { version: ' v9 ', command: '', strategy: 'configured', note: '  ' }

describe('what keeps somebody from leaving a service alone', () => {
  const said = (name: string, changed = {}) => concernsOf({ ...service(name), ...changed }, en).map(({ text }) => text)

  it('is nothing while all is well', () => expect(said('order')).toEqual([]))

  it('is an instance that cannot serve', () =>
    expect(said('storefront')).toEqual(['storefront: 1 instance of v12 cannot serve']))

  it('is that none is ready', () => {
    const instances = [world.instance('order', 'v2', 1, { state: 'starting' })]
    const versions = [{ version: 'v2', weight: 100, instances: 1 }]
    expect(said('order', { instances, versions })).toEqual(['order: its only instance is not ready'])
  })

  it('is a release that waits for somebody, and leads there', () => {
    const [concern] = concernsOf(service('payment'), en)
    expect(concern).toMatchObject({
      text: 'payment v8 waits for you: promote it or take it back',
      release: undecided.id,
      tone: 'warn',
    })
  })

  it.each([
    ['mismatch', 'payment v8 is held: more traffic comes to it than configured'],
    ['disarmed', 'payment v8 is held: instances of v7 differ among themselves'],
  ] as const)('is a comparison in doubt, by name: %s', (why, text) => {
    const { release } = service('payment')
    if (!release) throw new Error('the story has a release of payment')
    const held = { why, by: 'hub', since: world.now() }
    expect(said('payment', { release: { ...release, held } })).toEqual([text])
  })

  it('is a release that is blocked, and one without evidence; not one that somebody paused', () => {
    const told = (text: string) => ({ reason: text, because: { kind: 'reported', text } })
    const held = { why: 'paused' as const, by: 'user/li', since: world.now(), ...told('lunch'), timeAgain: false }
    const troubled = { ...bad.release, phase: 'held' as const, held }
    const blocked = { ...troubled, blocked: told('the disk is full'), missing: told('no answer') }
    expect(said('order', { release: blocked })).toEqual([
      'order v3 is blocked: the disk is full',
      'order v3 cannot be judged: no answer',
    ])
  })

  it('tells what cannot serve before what waits', () => {
    const all = ['payment', 'order', 'storefront'].flatMap(name => concernsOf(service(name), en))
    expect(gravestFirst(all).map(({ tone }) => tone)).toEqual(['bad', 'warn'])
    expect(all.map(({ tone }) => tone)).toEqual(['warn', 'bad'])
  })

  it('counts what is ready against what should be', () => {
    expect(instanceCounts(service('storefront'))).toEqual({ ready: 1, wanted: 2 })
    expect(instanceCounts(service('search'))).toEqual({ ready: 0, wanted: 0 })
  })

  it('counts no instance of a version that only stands by', () => {
    const { instances, versions } = service('order')
    const before = instanceCounts({ instances, versions })
    const warm = instances.map(instance => ({ ...instance, id: `warm-${instance.id}`, version: 'v0' }))
    expect(instanceCounts({ instances: [...instances, ...warm], versions })).toEqual(before)
  })
})

describe('an order to deploy', () => {
  it('leaves out what was left empty', () => expect(bodyOf(FORM)).toEqual({ version: 'v9' }))

  it.each(STRATEGIES)('keeps to the contract: %s', strategy => {
    const body = bodyOf({ version: 'v9', command: ' node main.js ', strategy, note: 'why' })
    expect(DeployBody.parse(body)).toEqual({
      version: 'v9',
      command: 'node main.js',
      ...(strategy === 'configured' ? {} : { strategy: { type: strategy } }),
      note: 'why',
    })
  })

  it.each(STRATEGIES)('is told beforehand: %s', strategy => {
    const [how, newer] = deploying({ ...FORM, strategy }, service('order'), en.say)
    expect(how).toMatch(/^v9 .*\.$/)
    expect(newer).toContain('The release of v3 is under way')
  })

  it('of a first version compares it with nothing', () => {
    expect(deploying({ ...FORM, version: '' }, service('search'), en.say)).toEqual([
      'The new version is the first version: it gets all traffic once it is ready.',
    ])
  })
})

describe('an earlier version', () => {
  const past = [...world.releases.values()].find(({ version }) => version === 'v2') ?? bad.release

  it('can come back when it was in service, and is not now', () => {
    expect(canComeBack(past, { stable: 'v4' })).toBe(true)
    expect(canComeBack(past, { stable: 'v2' })).toBe(false)
    expect(canComeBack(bad.release, { stable: 'v2' })).toBe(false)
  })

  it('that stands by needs no start', () => {
    expect(comingBack('v2', service('order'), en.say)[0]).toBe('v2 still stands by: it gets all traffic at once.')
    expect(comingBack('v1', service('order'), en.say)).toEqual([
      'v1 is started again.',
      'Once it is ready it gets all traffic from v2.',
      'There are no stages and no verdict: it was in service before.',
      'The release of v3 that is under way gives way.',
    ])
    expect(comingBack('v1', undefined, en.say)).toHaveLength(2)
  })
})
