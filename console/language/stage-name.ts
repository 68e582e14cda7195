import type { Words } from './language.tsx'

/** A stage as people of either language call it. */
export function stageName(name: string, { say }: Pick<Words, 'say'>): string {
  if (name === 'first version') return say('stage.first')
  if (name === 'switched') return say('stage.switched')
  if (name === 'all at once') return say('stage.allAtOnce')
  const [, kind, who = ''] = /^(segment|preview) (.+)$/.exec(name) ?? []
  if (kind) return say(kind === 'segment' ? 'stage.segment' : 'stage.preview', { who })
  const [, some, all] = /^(\d+) of (\d+)$/.exec(name) ?? []
  return some && all ? say('stage.instances', { some, all }) : name
}
