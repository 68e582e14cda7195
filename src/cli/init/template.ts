/** What somebody wants in a new configuration. */
export interface Answers {
  readonly name: string
  readonly command: string
  /** A path that answers 2xx when ready; without it, ready is when the port accepts a connection. */
  readonly ready?: string
  readonly tier: 'core' | 'edge'
  readonly instances: number
  readonly host?: string
}

/** A whole, commented shipwatch.yaml. Every value that is not asked for is the default, written out. */
export function template(answers: Answers): string {
  const { name, tier, instances, host } = answers
  return `# How ${name} is run, watched and released.
# shipwatch check reads it without a hub; a running hub takes a change at once, and keeps the old one if it is wrong.
# For an editor that completes and checks: shipwatch check --schema > .shipwatch.schema.json, and this line as it is:
# yaml-language-server: $schema=.shipwatch.schema.json

hub:
  listen: 127.0.0.1:7700 # the command line asks here

gateway:
  listen: 127.0.0.1:8080 # customers come in here

services:
  ${scalar(name)}:
    tier: ${tier} # core services (orders, payment) go back before edge ones
    instances: ${instances} # of the version in service; the new one gets as many as its share needs

    run:
      # No shell is run. {port} and {version} are replaced; both are in the environment, too, as PORT and VERSION.
      command: ${commandOf(answers)}
      cwd: . # or releases/{version}, where each version has a folder of its own
      # env:
      #   NODE_ENV: production
${readyOf(answers)}
        timeout: 30s # a start that takes longer has failed
      stop:
        grace: 10s # from SIGTERM to SIGKILL
      # limits: { memory: 512MiB, cpu: 1 }

    route:
      hosts: ${host === undefined ? '[] # every host; or [shop.example]' : `[${scalar(host)}]`}
      paths: [/] # prefixes; the longest of all services wins

    strategy:
      type: canary # or rolling, blue-green, all-at-once, which have no stages and no earlyPromotion
      stages:
        - weight: 10% # of the traffic goes to the new version
          for: 1m
        - weight: 50%
          until: verdict # until it is shown to be no worse than the old one
          within: 30m # and no verdict by then is inconclusive
      earlyPromotion: true # promote as soon as the verdict allows

    verdict:
      falseRollback: 1% # chance of taking back a version that is no worse
      falsePromotion: 1% # chance of promoting one that is worse than the margin
      margin: 1.5 # odds of a bad request, new to old, from which a version is worse
      errors:
        ceiling: 1% # so few bad requests are good enough in any case
      latency:
        - quantile: p99 # slow is what the old version exceeded in 1 of 100 requests

    onInconclusive: hold # and ask; or promote, or roll-back
`
}

function readyOf({ ready }: Answers): string {
  return ready === undefined
    ? '      ready:\n        tcp: true # ready when the port accepts a connection; better: http: /readyz'
    : `      ready:\n        http: ${scalar(ready)} # answers 2xx when the instance may have traffic`
}

function commandOf({ command }: Answers): string {
  return needsShell(command) ? `[sh, -c, ${quoted(command)}]` : scalar(command)
}

/** Whether a command line needs a shell to be understood. */
export function needsShell(command: string): boolean {
  const bare = command.replace(/'[^']*'/g, '')
  return /[|&;<>`\n]|\$[\w({]/.test(bare) || /^[A-Za-z_]\w*=/.test(bare)
}

/** A text as YAML reads it back: bare where that cannot be taken for anything else. */
export function scalar(text: string): string {
  const bare = /^[A-Za-z/][\w ./-]*[\w/]$|^\/$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text)
  return bare ? text : quoted(text)
}

/** In double quotes. A $ is written twice: alone it might be taken for a variable of the environment. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('$', () => '$$')
}
