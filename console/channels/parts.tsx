import { Link } from 'wouter'
import { Badge } from '../design/badge.tsx'
import { When } from '../design/when.tsx'
import { useWords } from '../language/language.tsx'
import type { Sign } from './standing.ts'

/** The two pages about telling people, beside each other. */
export function Ways({ here }: { readonly here: 'channels' | 'deliveries' }) {
  const { say } = useWords()
  const ways = [
    { name: 'channels', href: '/channels', word: 'channels' },
    { name: 'deliveries', href: '/deliveries', word: 'deliveries' },
  ] as const
  return (
    <nav aria-label={say('notices')} className="flex gap-1 border-b border-line">
      {ways.map(({ name, href, word }) => (
        <Link
          key={name}
          href={href}
          aria-current={name === here ? 'page' : undefined}
          className={`-mb-px flex min-h-10 items-center border-b-2 px-3 ${name === here ? 'border-sea font-medium' : 'border-transparent text-soft hover:text-ink'}`}
        >
          {say(word)}
        </Link>
      ))}
    </nav>
  )
}

export function SignBadge({ sign: { shape, tone, word } }: { readonly sign: Sign }) {
  const { say } = useWords()
  return (
    <Badge shape={shape} tone={tone}>
      {say(word)}
    </Badge>
  )
}

/** A moment in a line of text. */
export function Moment({ at }: { readonly at: string }) {
  return <When at={at} className="whitespace-nowrap" />
}

export const LINK = 'text-sea underline decoration-sea/40 underline-offset-4 hover:decoration-sea'
