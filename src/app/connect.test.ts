import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HubUnreachable } from '../client/index.ts'
import { messageOf, systemClock } from '../kernel/index.ts'
import { type ConnectOptions, connect } from './connect.ts'
import { InvalidConfiguration } from './find.ts'
import { Folder, failure } from './folder.fixture.ts'

let here: Folder
beforeEach(async () => {
  here = await Folder.make()
})
afterEach(() => here.remove())

describe('the way to the hub', () => {
  /** Who was asked, and with which token. */
  const asked: string[] = []
  let url: string
  const hub = createServer((request, response) => {
    asked.push(`${request.headers.authorization} ${decodeURIComponent(String(request.headers['x-shipwatch-actor']))}`)
    response.writeHead(200).end('[]')
  })
  beforeEach(async () => {
    asked.length = 0
    await new Promise<void>(resolve => hub.listen(0, '127.0.0.1', resolve))
    const address = hub.address()
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  })
  afterEach(async () => {
    hub.closeAllConnections()
    await new Promise(resolve => hub.close(resolve))
  })

  const reach = async (options: Partial<ConnectOptions> = {}): Promise<string[]> => {
    const client = await connect({ actor: 'cli/li', cwd: here.root, env: {}, clock: systemClock, ...options })
    await client.releases()
    return asked
  }
  const configured = async (): Promise<void> => {
    await here.write('shipwatch.yaml', 'data: .')
    await here.write('hub.json', JSON.stringify({ url }))
    await here.write('hub.token', 'from-the-folder\n')
  }

  it('is what the data folder of the configuration says', async () => {
    await configured()
    expect(await reach()).toEqual(['Bearer from-the-folder cli/li'])
  })

  it('is what is given, before the environment, before the configuration', async () => {
    await configured()
    await here.write('hub.json', JSON.stringify({ url: 'http://127.0.0.1:1' }))
    await reach({ env: { SHIPWATCH_HUB: url } })
    await reach({ hub: url, env: { SHIPWATCH_HUB: 'http://127.0.0.1:2', SHIPWATCH_TOKEN: 'from-env' } })
    expect(asked).toEqual(['Bearer from-the-folder cli/li', 'Bearer from-env cli/li'])
  })

  it('needs no configuration where address and token are given, a token with its line break', async () => {
    expect(await reach({ hub: url, env: { SHIPWATCH_TOKEN: ' secret\n' } })).toEqual(['Bearer secret cli/li'])
  })

  it('takes the token from a file that is named, before any other', async () => {
    await configured()
    await here.write('ci.token', 'from-a-file\n')
    await reach({ tokenFile: 'ci.token', env: { SHIPWATCH_TOKEN: 'from-env' } })
    await reach({ hub: url, tokenFile: here.at('ci.token') })
    expect(asked).toEqual(['Bearer from-a-file cli/li', 'Bearer from-a-file cli/li'])
  })

  it.each([
    ['is not there', undefined],
    ['is empty', ' \n'],
    ['holds more than the token', 'two words'],
  ])('ends where the file for the token %s', async (_, text) => {
    if (text !== undefined) await here.write('ci.token', text)
    expect(await failure(reach({ hub: url, tokenFile: 'ci.token' }))).toMatchObject({
      code: 'invalid_input',
      field: '--token-file',
      hint: expect.stringMatching(/./),
    })
    expect(asked).toEqual([])
  })

  it('takes an empty variable for none', async () => {
    await configured()
    expect(await reach({ env: { SHIPWATCH_HUB: '', SHIPWATCH_TOKEN: '' } })).toEqual(['Bearer from-the-folder cli/li'])
  })

  it('ends where the token is missing, and says how to give one', async () => {
    expect(await failure(reach({ hub: url }))).toMatchObject({
      code: 'invalid_input',
      field: 'SHIPWATCH_TOKEN',
      message: expect.stringContaining(`no token for the hub at ${url}`),
    })
  })

  it.each(['two words', 'tökén', 'a\nb'])('ends with a token that no header can carry: %j', async token => {
    const error = await failure(reach({ hub: url, env: { SHIPWATCH_TOKEN: token } }))
    expect(error).toMatchObject({ code: 'invalid_input', field: 'SHIPWATCH_TOKEN' })
    expect(messageOf(error)).not.toContain(token)
  })

  it.each([
    ['no hub ever ran', undefined],
    ['its address is damaged', '{"url":'],
    ['its address is none', '{"url":7}'],
  ])('ends where %s, with where it would listen', async (_, address) => {
    await configured()
    if (address === undefined) await rm(here.at('hub.json'))
    else await here.write('hub.json', address)
    const error = await failure(reach())
    expect(error).toBeInstanceOf(HubUnreachable)
    expect(error).toMatchObject({ message: 'no hub has run here yet; it would listen at 127.0.0.1:7700' })
  })

  it('that this user may not see is told as that', async () => {
    await configured()
    await rm(here.at('hub.token'))
    await mkdir(here.at('hub.token')) // root may read everything but a folder
    expect(await failure(reach())).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(`cannot read ${here.at('hub.token')}`),
      hint: expect.stringContaining('SHIPWATCH_TOKEN'),
    })
  })

  it('ends with its caller', async () => {
    await configured()
    expect(await failure(reach({ signal: AbortSignal.abort(new Error('Ctrl-C')) }))).toMatchObject({
      message: 'Ctrl-C',
    })
    expect(asked).toEqual([])
  })

  it('is no way through a configuration that is wrong', async () => {
    await here.write('shipwatch.yaml', 'hub: 7')
    expect(await failure(reach())).toBeInstanceOf(InvalidConfiguration)
    expect(await failure(reach({ hub: url }))).toBeInstanceOf(InvalidConfiguration)
    expect(await reach({ hub: url, env: { SHIPWATCH_TOKEN: 'secret' } })).toHaveLength(1) // which then is not needed
  })
})
