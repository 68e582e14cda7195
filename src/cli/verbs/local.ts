import { flag, given, verb } from '../verb.ts'

/*
 * These run on this machine, with the configuration that is here; the composition root carries them out.
 */

export const up = verb({
  name: 'up',
  group: 'Run',
  about: 'Runs the hub and the gateway on this machine; services and gateway go on after Ctrl-C.',
  more: ['The first time it prints who can sign in at the console, and a password to be used once.'],
  examples: ['shipwatch up', 'shipwatch up --config shop/shipwatch.yaml'],
  run: session => session.deps.local.up({ ...session.local, json: session.json }),
})

export const down = verb({
  name: 'down',
  group: 'Run',
  about: 'Stops every service and the gateway that up started on this machine; state and logs stay.',
  more: ['A gateway that was started otherwise goes on, and is named: shipwatch gateway ends with Ctrl-C or SIGTERM.'],
  examples: ['shipwatch down'],
  run: session => session.deps.local.down({ ...session.local, json: session.json }),
})

export const hub = verb({
  name: 'hub',
  group: 'Run',
  about: 'Runs the hub alone: it starts versions, judges them and keeps the logbook.',
  examples: ['shipwatch hub --config shipwatch.yaml'],
  run: session => session.deps.local.hub({ ...session.local, json: session.json }),
})

export const gateway = verb({
  name: 'gateway',
  group: 'Run',
  about: 'Runs the gateway alone: it carries the traffic, also while the hub is away.',
  options: {
    listen: given('ADDRESS', 'where the traffic comes in: 127.0.0.1:8080'),
    admin: given('ADDRESS', 'where the hub tells it what to do: an address or the path of a socket'),
    data: given('FOLDER', 'where it keeps what it was told', 'folder'),
  },
  examples: ['shipwatch gateway --listen 0.0.0.0:80 --data /var/lib/shipwatch/gateway'],
  run(session, options) {
    const told = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
    return session.deps.local.gateway({ ...session.local, ...told })
  },
})

export const check = verb({
  name: 'check',
  group: 'Begin',
  about: 'Reads the configuration and tells every fault in it, without a hub.',
  options: { schema: flag('print the JSON Schema of the file instead, for your editor') },
  examples: ['shipwatch check', 'shipwatch check --config shop/ --json', 'shipwatch check --schema'],
  run: (session, { schema }) =>
    session.deps.local.check({ ...session.local, json: session.json, ...(schema ? { schema } : {}) }),
})
