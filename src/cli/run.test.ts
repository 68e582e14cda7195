import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HubUnreachable } from '../client/index.ts'
import { InvalidInput, Unavailable } from '../kernel/index.ts'
import { Call, call } from './call.fixture.ts'
import { FixtureHub } from './hub.fixture.ts'
import { VERBS } from './table.ts'
import { ESCAPE } from './terminal/width.ts'

let hub: FixtureHub
beforeEach(async () => {
  hub = await new FixtureHub().start()
})
afterEach(() => hub.stop())

describe('a command line that is wrong ends with 2, one line and a hint', () => {
  test.each([
    ['statsu', 'no verb statsu; did you mean status?', 'shipwatch --help lists the verbs.'],
    ['fly', 'no verb fly', 'shipwatch --help lists the verbs.'],
    ['status --jsno', 'status has no option --jsno; did you mean --json?', 'Usage: shipwatch status [SERVICE]'],
    ['--jsno status', 'shipwatch has no option --jsno; did you mean --json?', 'shipwatch --help lists the verbs.'],
    ['status -x', 'status has no option -x', 'Usage: shipwatch status [SERVICE]'],
    ['deploy', 'deploy needs SERVICE', 'Usage: shipwatch deploy SERVICE --version V [options]'],
    ['deploy order', 'deploy needs --version V', 'Usage: shipwatch deploy SERVICE --version V [options]'],
    ['deploy order --version', '--version needs a value', 'Write --version V.'],
    ['status order payment', 'status takes no “payment”', 'Usage: shipwatch status [SERVICE]'],
    ['logbook verfy', 'logbook takes no “verfy”; did you mean logbook verify?', 'Usage: shipwatch logbook [options]'],
    [
      'logbook --since soon',
      '--since: “soon” is neither a duration nor a time',
      'Write how long ago, as 2h, or when, as 2026-11-21T03:22:00Z.',
    ],
    [
      'deploy order --version v3 --strategy roling',
      '--strategy: “roling” is none of canary, rolling, blue-green, all-at-once; did you mean rolling?',
      undefined,
    ],
    ['status --hub ftp://x', '--hub: “ftp://x” is no address of a hub', 'Write it as http://127.0.0.1:7700.'],
    ['completion tcsh', 'SHELL: “tcsh” is none of bash, zsh, fish', undefined],
  ])('%s', async (line, message, hint) => {
    const { code, out, err } = await call(line.split(' '), { hub })
    expect(err).toBe(`shipwatch: ${message}\n${hint === undefined ? '' : `hint: ${hint}\n`}`)
    expect(out).toBe('')
    expect(code).toBe(2)
    expect(hub.asked).toEqual([])
  })

  test('an empty value is one, too', async () => {
    const { code, err } = await call(['deploy', 'order', '--version', ''], { hub })
    expect(err).toContain('--version: V is empty')
    expect(code).toBe(2)
  })

  test('with --json it is the error object of the API', async () => {
    const { err, out } = await call(['deploy', 'order', '--json'], { hub })
    expect(JSON.parse(err)).toEqual({
      error: {
        code: 'invalid_input',
        message: 'deploy needs --version V',
        field: '--version',
        hint: 'Usage: shipwatch deploy SERVICE --version V [options]',
      },
    })
    expect(out).toBe('')
  })
})

describe('what the hub refuses ends with 2, and its own words', () => {
  test('an unknown service, with the one that was meant', async () => {
    const { code, err } = await call(['deploy', 'oder', '--version', 'v3'], { hub })
    expect(err).toBe('shipwatch: no service oder; did you mean order?\nhint: shipwatch status lists the services.\n')
    expect(code).toBe(2)
  })

  test.each([['status'], ['releases'], ['show'], ['pause'], ['rollback']])('%s suggests, too', async verb => {
    const { code, err } = await call([verb, 'paymnet'], { hub })
    expect(err).toMatch(/^shipwatch: no (service|release) paymnet; did you mean payment\?\n/)
    expect(code).toBe(2)
  })

  test('an unknown version suggests no service', async () => {
    const { code, err } = await call(['rollback', 'order', '--to', 'v0'], { hub })
    expect(err).toBe('shipwatch: order was never deployed as v0\n')
    expect(code).toBe(2)
  })

  test('a conflict', async () => {
    const { code, err } = await call(['deploy', 'order', '--version', 'v2'], { hub })
    expect(err).toBe('shipwatch: order v2 is in service already\nhint: Deploy another version.\n')
    expect(code).toBe(2)
  })

  test('a token that it does not know', async () => {
    hub.broken = {
      status: 401,
      body: JSON.stringify({ error: { code: 'denied', message: 'no valid token was shown' } }),
    }
    expect(await call(['status'], { hub })).toEqual({ code: 2, out: '', err: 'shipwatch: no valid token was shown\n' })
  })
})

describe('a hub that is not there ends with 4', () => {
  test('nobody listens', async () => {
    await hub.stop()
    const { code, err } = await call(['status'], { hub })
    expect(err).toMatch(
      /^shipwatch: no hub answers at http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED.*\nhint: Start one: shipwatch up\n$/,
    )
    expect(code).toBe(4)
  })

  test('something else listens', async () => {
    hub.broken = { status: 200, body: '<html></html>' }
    const { code, err } = await call(['status', '--json'], { hub })
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'hub_unreachable' } })
    expect(code).toBe(4)
  })

  test('its store is away', async () => {
    hub.broken = {
      status: 503,
      body: JSON.stringify({ error: { code: 'unavailable', message: 'the database is away' } }),
    }
    expect(await call(['releases'], { hub })).toEqual({ code: 4, out: '', err: 'shipwatch: the database is away\n' })
  })
})

describe('what comes from this machine', () => {
  test('a configuration with faults has a line for each, and ends with 2', async () => {
    const connect = async (): Promise<never> => {
      throw new InvalidInput('shipwatch.yaml:3:5: unknown key “servces”\nshipwatch.yaml:9:1: expected a number', {
        hint: 'shipwatch check tells when it is right.',
      })
    }
    const { code, err } = await call(['status'], { connect })
    expect(err).toBe(
      'shipwatch: shipwatch.yaml:3:5: unknown key “servces”\nshipwatch: shipwatch.yaml:9:1: expected a number\nhint: shipwatch check tells when it is right.\n',
    )
    expect(code).toBe(2)
  })

  test.each([
    [new HubUnreachable('no hub has run here yet'), 4],
    [new Unavailable('the token cannot be read'), 4],
  ])('%s ends with %i', async (error, expected) => {
    const { code } = await call(['status'], {
      connect: async () => {
        throw error
      },
    })
    expect(code).toBe(expected)
  })
})

describe('a defect of this program', () => {
  const connect = (): Promise<never> => Promise.reject(new TypeError('x is not a function'))

  test('ends with 70 and without a stack trace', async () => {
    expect(await call(['status'], { connect })).toEqual({
      code: 70,
      out: '',
      err: 'shipwatch: x is not a function\nhint: This is a defect of shipwatch; SHIPWATCH_DEBUG=1 shows where.\n',
    })
  })

  test('shows where with SHIPWATCH_DEBUG=1', async () => {
    const { err } = await call(['status'], { connect, env: { SHIPWATCH_DEBUG: '1' } })
    expect(err).toContain('TypeError: x is not a function\n    at ')
  })

  test('of the hub is one, too', async () => {
    hub.broken = {
      status: 500,
      body: JSON.stringify({ error: { code: 'internal', message: 'something failed in the hub; its log says what' } }),
    }
    expect((await call(['status'], { hub })).code).toBe(70)
  })
})

test('Ctrl-C while the hub owes an answer ends with 130', async () => {
  const made = new Call(['status'], {
    connect: () => new Promise((_, reject) => setImmediate(() => reject(new DOMException('aborted', 'AbortError')))),
  })
  made.interrupt()
  expect(await made.done).toBe(130)
  expect(made.err).toBe('shipwatch: stopped\n')
})

test('an error on a terminal is red, and not with --no-color', async () => {
  expect((await call(['fly'], { tty: true })).err).toContain(`${ESCAPE}[31mshipwatch: no verb fly${ESCAPE}[39m`)
  expect((await call(['fly', '--no-color'], { tty: true })).err).not.toContain(ESCAPE)
})

test('what is typed behind the verb counts, and before it too', async () => {
  for (const argv of [
    ['status', '--no-color'],
    ['--no-color', 'status'],
    ['--json', 'status', '--hub', hub.url],
  ]) {
    const { code, out } = await call(argv, { hub, tty: true })
    expect(code).toBe(0)
    expect(out).not.toContain(ESCAPE)
  }
  expect((await call(['status'], { hub, tty: true })).out).toContain(ESCAPE)
  expect((await call(['--hub', 'http://127.0.0.1:1', 'status', '--hub', hub.url])).code).toBe(0)
})

describe('help', () => {
  test('names every verb in its group', async () => {
    const { code, out, err } = await call(['--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatchInlineSnapshot(`
      "Usage: shipwatch VERB [options]

      Puts a new version beside the old one under live traffic, judges it, and
      promotes it or takes it back.

      Options:
        --version            print the version
        --hub <URL>          where the hub listens; otherwise SHIPWATCH_HUB, or as
                             configured
        --config <PATH>      the configuration: a file or a folder (default:
                             shipwatch.yaml)
        --token-file <PATH>  a file with the token to show; otherwise SHIPWATCH_TOKEN,
                             or as configured
        --json               answer as JSON: one document, or one a line while
                             following or waiting
        --no-color           no colours; NO_COLOR does the same
        -h, --help           explain

      Begin:
        init                 Writes a commented shipwatch.yaml for the service in this
                             folder.
        check                Reads the configuration and tells every fault in it,
                             without a hub.

      Run:
        up                   Runs the hub and the gateway on this machine; services
                             and gateway go on after Ctrl-C.
        down                 Stops every service and the gateway that up started on
                             this machine; state and logs stay.
        hub                  Runs the hub alone: it starts versions, judges them and
                             keeps the logbook.
        gateway              Runs the gateway alone: it carries the traffic, also
                             while the hub is away.

      Release:
        deploy               Puts a new version beside the one in service, and lets
                             the traffic judge it.
        promote              Gives the new version all traffic now, without waiting
                             for the verdict.
        pause                Holds a release where it is; a bad verdict still takes it
                             back.
        resume               Lets a held release go on; where its comparison is in
                             doubt, you answer for that.
        rearm                Begins a comparison in doubt anew, so that its verdicts
                             act by themselves again.
        rollback             Takes back the release under way, or brings an earlier
                             version back.

      Look:
        status               Shows every service with its traffic and release, what is
                             wrong first.
        releases             Lists releases with how they ended, newest first.
        show                 Shows all there is to know of a release: why it was
                             decided so, and its timeline.
        logbook              Reads what happened, who did it, and why.
        channels             Lists the channels over which people are told, and how
                             each of them does.
        deliveries           Lists what was said to people, and what became of it,
                             newest first.

      Access:
        user                 Lists the people who may sign in, with their roles.
        token                Lists the tokens of programs: what each may do, until
                             when, and when it was last used.

      Else:
        completion           Prints a script that completes verbs, options and names
                             in your shell.
        version              Prints the version of this program.

      Commands:
        help                 Explains a verb.

      shipwatch help VERB explains a verb, with an example.
      "
    `)
  })

  test('of a verb has its sentence, its options and an example', async () => {
    const { out } = await call(['help', 'deploy'])
    expect(out).toMatchInlineSnapshot(`
      "Usage: shipwatch deploy SERVICE --version V [options]

      Puts a new version beside the one in service, and lets the traffic judge it.

      Arguments:
        SERVICE               a service of the configuration

      Options:
        --version <V>         the version, as it shall be called from now on
        --command <LINE>      run this instead of the configured command; a JSON list
                              gives the words
        --strategy <NAME>     canary, rolling, blue-green or all-at-once with their
                              defaults, or a whole strategy as JSON
        --note <TEXT>         why, for the logbook
        --wait                watch until it is promoted, taken back or held; the exit
                              code says which
        --timeout <DURATION>  with --wait: stop watching then, as 15m; the release
                              goes on
        -h, --help            explain

      Everywhere:
        --hub <URL>           where the hub listens; otherwise SHIPWATCH_HUB, or as
                              configured
        --config <PATH>       the configuration: a file or a folder (default:
                              shipwatch.yaml)
        --token-file <PATH>   a file with the token to show; otherwise
                              SHIPWATCH_TOKEN, or as configured
        --json                answer as JSON: one document, or one a line while
                              following or waiting
        --no-color            no colours; NO_COLOR does the same

      Exit codes with --wait: 0 promoted, 1 rolled back (or failed, cancelled,
      superseded), 3 held or not settled in time, 4 hub unreachable. Ctrl-C stops the
      watching, never the release.

      Examples:
        shipwatch deploy order --version v2 --wait
        shipwatch deploy order --version v2 --command "node v2/main.js" --note "VAT for Norway"
      "
    `)
  })

  test.each(VERBS.filter(({ group }) => group !== 'hidden').map(({ name }) => name))('%s --help', async name => {
    const { code, out, err } = await call([...name.split(' '), '--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const verb = VERBS.find(verb => verb.name === name)
    expect(out.replace(/\s+/g, ' ')).toContain(verb?.about)
    expect(verb?.about).toMatch(/^[A-Z].*\.$/)
    expect(out).toMatch(/\nExamples?:\n/)
    for (const example of verb?.examples ?? []) expect(out).toContain(`  ${example}\n`)
  })

  test('no verb at all is explained, and ends with 2', async () => {
    const { code, out, err } = await call([])
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('Usage: shipwatch VERB [options]')
  })

  test('fits a narrow terminal', async () => {
    const { out } = await call(['deploy', '--help'], { tty: true, columns: 60 })
    for (const line of out.split('\n').filter(line => !line.startsWith('  shipwatch')))
      expect(line.length).toBeLessThanOrEqual(60)
  })
})

describe('examples', () => {
  test.each(VERBS.flatMap(({ examples }) => examples).filter(example => example.startsWith('shipwatch ')))(
    '%s is understood',
    async example => {
      const [line = ''] = example.split(' | ')
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '').slice(1)
      const local = async (): Promise<number> => 0
      const made = new Call(
        words.filter(word => word !== '--follow' && word !== '--wait'),
        {
          cwd: '/nowhere',
          connect: () => Promise.reject(new Unavailable('understood')),
          local: { up: local, down: local, hub: local, gateway: local, check: local },
        },
      )
      await made.done
      expect(made.err).not.toMatch(/no option|no verb|needs|takes no|is none of/)
    },
  )
})
