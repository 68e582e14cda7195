import { verb } from '../verb.ts'

export function drawVersion(version: string): string {
  return `shipwatch ${version}`
}

export const version = verb({
  name: 'version',
  group: 'Else',
  about: 'Prints the version of this program.',
  examples: ['shipwatch version --json'],
  async run(session) {
    session.answer({ version: session.deps.version }, ({ version }) => [drawVersion(version)])
    return 0
  },
})
