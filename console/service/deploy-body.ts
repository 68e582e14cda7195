import type { DeployBody, ServiceView } from '../hub/contract.ts'
import type { Say } from '../language/language.tsx'

/** The ways to deploy that need no further figures; `configured` is what the service's configuration says. */
export const STRATEGIES = ['configured', 'canary', 'rolling', 'blue-green', 'all-at-once'] as const
export type Strategy = (typeof STRATEGIES)[number]

export interface DeployForm {
  readonly version: string
  readonly command: string
  readonly strategy: Strategy
  readonly note: string
}

export function bodyOf({ version, command, strategy, note }: DeployForm): DeployBody {
  return {
    version: version.trim(),
    ...(command.trim() === '' ? {} : { command: command.trim() }),
    ...(strategy === 'configured' ? {} : { strategy: { type: strategy } }),
    ...(note.trim() === '' ? {} : { note: note.trim() }),
  }
}

/** What will happen to the traffic. */
export function deploying(
  { version, strategy }: DeployForm,
  { stable, release }: ServiceView,
  say: Say,
): readonly string[] {
  const name = version.trim() || say('deploy.theVersion')
  if (stable === null) return [say('will.deployFirst', { version: name })]
  const how = {
    configured: say('will.deployConfigured', { version: name, stable }),
    canary: say('will.deployCanary', { version: name, stable }),
    rolling: say('will.deployRolling', { version: name, stable }),
    'blue-green': say('will.deployBlueGreen', { version: name, stable }),
    'all-at-once': say('will.deployAllAtOnce', { version: name }),
  }[strategy]
  const isUnderWay = release !== null && release.phase !== 'baking' && release.phase !== 'retiring'
  return [how, ...(isUnderWay ? [say('will.deployNewer', { version: release.version })] : [])]
}
