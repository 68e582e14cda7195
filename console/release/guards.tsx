import { Notice } from '../design/notice.tsx'
import type { EntryView, ReleaseView } from '../hub/contract.ts'
import { type Key, useWords } from '../language/language.tsx'
import { explain } from '../language/reason.ts'

const GUARDS: Readonly<Record<string, { readonly title: Key; readonly more: Key }>> = {
  'release.mismatch': { title: 'guard.mismatch', more: 'guard.mismatchMore' },
  'release.disarmed': { title: 'guard.disarmed', more: 'guard.disarmedMore' },
}

/** What the guards of a release have said: one that has failed stays so. */
export function guardsOf(entries: readonly EntryView[]): readonly EntryView[] {
  const said = new Map<string, EntryView>()
  for (const entry of entries) if (entry.kind in GUARDS && !said.has(entry.kind)) said.set(entry.kind, entry)
  return [...said.values()]
}

/** Reasons not to trust the comparison: whether traffic arrives as configured, whether the old version is like itself. */
export function Guards({
  release,
  entries,
}: {
  readonly release: ReleaseView
  readonly entries: readonly EntryView[]
}) {
  const { say, language } = useWords()
  const { missing, outcome } = release
  const said = guardsOf(entries)
  if (said.length === 0 && (!missing || outcome)) return null
  return (
    <ul className="grid gap-2">
      {missing && !outcome && (
        <li>
          <Notice tone="warn" title={say('guard.missing')}>
            {explain(missing, language)}
          </Notice>
        </li>
      )}
      {said.map(({ kind, reason, seq }) => {
        const words = GUARDS[kind]
        return (
          words && (
            <li key={seq}>
              <Notice tone="warn" title={say(words.title)}>
                <p>{say(words.more)}</p>
                {reason && <p>{explain(reason, language)}</p>}
              </Notice>
            </li>
          )
        )
      })}
    </ul>
  )
}
