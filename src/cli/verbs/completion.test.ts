import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Call, call, until } from '../call.fixture.ts'
import { FixtureHub } from '../hub.fixture.ts'
import { DELIVERIES } from '../notices.fixture.ts'
import { promoted, release } from '../sample.fixture.ts'

let hub: FixtureHub
beforeEach(async () => {
  hub = await new FixtureHub().start()
  hub.put(promoted({ id: 'rel_a', version: 'v2' }))
  hub.put(release({ id: 'rel_b' }))
})
afterEach(() => hub.stop())

test.each([
  ['bash', 'source <(shipwatch completion bash)'],
  ['zsh', 'source <(shipwatch completion zsh)'],
  ['fish', 'shipwatch completion fish | source'],
])('prints the script for %s, which says how to load it', async (shell, load) => {
  const { code, out, err } = await call(['completion', shell])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain(load)
  const { out: json } = await call(['completion', shell, '--json'])
  expect(JSON.parse(json)).toEqual({ shell, script: out })
})

test('has no verb of its own that nobody should see', async () => {
  expect((await call(['completion', 'bash'])).out).not.toContain("'__complete")
  expect((await call(['--help'])).out).not.toContain('__complete')
})

describe('the names for a shell', () => {
  test.each([
    [['service'], 'order\npayment\nstorefront\n'],
    [['release'], 'rel_b\nrel_a\n'],
    [['target'], 'order\npayment\nstorefront\nrel_b\nrel_a\n'],
    [['version', 'order'], 'v3\nv2\n'],
    [['channel'], 'ops\nbackup\n'],
    [['receiver'], 'shop\non-call\nops\n'],
    [['delivery'], DELIVERIES.map(({ id }) => `${id}\n`).join('')],
    [['weather'], ''],
  ])('%j', async (argv, out) => {
    expect(await call(['__complete', ...argv], { hub })).toEqual({ code: 0, out, err: '' })
  })

  test('are none, without a word, when no hub is there', async () => {
    await hub.stop()
    expect(await call(['__complete', 'service'], { hub })).toEqual({ code: 0, out: '', err: '' })
  })

  test('are none, without a word, when there is no configuration', async () => {
    const connect = async (): Promise<never> => {
      throw new Error('no shipwatch.yaml')
    }
    expect(await call(['__complete', 'service'], { connect })).toEqual({ code: 0, out: '', err: '' })
  })

  test('are none when the hub takes longer than a person waits', async () => {
    hub.stalls = true
    const made = new Call(['__complete', 'service'], { hub })
    await until(() => hub.asked.length > 0)
    await made.clock.advance(800)
    expect(await made.done).toBe(0)
    expect([made.out, made.err]).toEqual(['', ''])
  })
})
