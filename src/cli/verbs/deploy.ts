import type { DeployBody } from '../../client/index.ts'
import { draw } from '../draw/release.ts'
import { readCommand, readDuration, readStrategy } from '../read.ts'
import { askAbout } from '../session.ts'
import { flag, given, needed, verb } from '../verb.ts'
import { waitFor } from '../watch/wait.ts'

/** What every verb that can wait takes. */
export const WAIT_OPTIONS = {
  wait: flag('watch until it is promoted, taken back or held; the exit code says which'),
  timeout: given('DURATION', 'with --wait: stop watching then, as 15m; the release goes on', undefined, readDuration),
} as const

export const deploy = verb({
  name: 'deploy',
  group: 'Release',
  about: 'Puts a new version beside the one in service, and lets the traffic judge it.',
  more: [
    'Exit codes with --wait: 0 promoted, 1 rolled back (or failed, cancelled, superseded), 3 held or not settled in time, 4 hub unreachable. Ctrl-C stops the watching, never the release.',
  ],
  args: { service: needed('SERVICE', 'a service of the configuration', 'service') },
  options: {
    version: needed('V', 'the version, as it shall be called from now on'),
    command: given(
      'LINE',
      'run this instead of the configured command; a JSON list gives the words',
      undefined,
      readCommand,
    ),
    strategy: given(
      'NAME',
      'canary, rolling, blue-green or all-at-once with their defaults, or a whole strategy as JSON',
      ['canary', 'rolling', 'blue-green', 'all-at-once'],
      readStrategy,
    ),
    note: given('TEXT', 'why, for the logbook'),
    ...WAIT_OPTIONS,
  },
  examples: [
    'shipwatch deploy order --version v2 --wait',
    'shipwatch deploy order --version v2 --command "node v2/main.js" --note "VAT for Norway"',
  ],
  async run(session, { service, version, command, strategy, note, wait, timeout }) {
    const client = await session.connect()
    const body: DeployBody = {
      version,
      ...(command === undefined ? {} : { command }),
      ...(strategy === undefined ? {} : { strategy }),
      ...(note === undefined ? {} : { note }),
    }
    const release = await askAbout(client, service, () => client.deploy(service, body))
    if (wait) return waitFor(session, client, release, { aim: 'promoted', timeoutMs: timeout })
    session.answer(release, (release, look) => draw(release, [], session.clock.now(), look).slice(0, 1))
    session.remark(`watch it: shipwatch show ${release.id} --wait`)
    return 0
  },
})
