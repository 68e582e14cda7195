import type { ServiceView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'

/** Who gets the traffic: the versions by name and share, and a bar of them. The new version is the coloured one. */
export function TrafficBar({
  versions,
  stable,
}: {
  readonly versions: ServiceView['versions']
  readonly stable: string | null
}) {
  const { say, format } = useWords()
  const serving = versions.filter(({ weight }) => weight > 0)
  if (serving.length === 0) return <p className="text-faint">{say('traffic.none')}</p>
  return (
    <div className="grid gap-1.5">
      <div className="flex flex-wrap gap-x-4 gap-y-0.5">
        {serving.map(({ version, weight }) => (
          <span key={version} className="inline-flex items-center gap-1.5">
            <Swatch isNew={version !== stable} />
            <span className="font-medium">{version}</span>
            <span className="text-soft">{format.weight(weight)}</span>
          </span>
        ))}
      </div>
      <div className="flex h-2 gap-0.5 overflow-hidden rounded-full" aria-hidden="true">
        {serving.map(({ version, weight }) => (
          <div
            key={version}
            className={`min-w-1 transition-[flex-grow] duration-500 ${version === stable ? 'bg-edge' : 'bg-sea'}`}
            style={{ flexGrow: weight }}
          />
        ))}
      </div>
    </div>
  )
}

/** Which line or bar belongs to which version: the new one is a filled square, the one beside it a ring. */
export function Swatch({ isNew }: { readonly isNew: boolean }) {
  const look = isNew ? 'bg-sea border-sea' : 'border-edge border-2'
  return <span aria-hidden="true" className={`inline-block size-2.5 shrink-0 rounded-[2px] border ${look}`} />
}
