import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { useWords } from '../language/language.tsx'

/**
 * A part of the console that is not in the first view. Without Suspense, which holds back what is there by 300 ms
 * for each part inside another; and one that is gone, as after an update of the hub, is told as such.
 */
export function Later<Part>({
  name,
  load,
  waiting,
  children,
}: {
  readonly name: string
  readonly load: () => Promise<Part>
  readonly waiting: ReactNode
  readonly children: (part: Part) => ReactNode
}) {
  const { say } = useWords()
  const { data, error } = useQuery({
    queryKey: ['part', name],
    queryFn: load,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  })
  if (data) return children(data)
  if (!error) return waiting
  return (
    <div className="p-4 sm:p-6">
      <Notice
        tone="warn"
        role="alert"
        title={say('part.lost')}
        action={
          <Button isSmall onClick={() => location.reload()}>
            {say('part.reload')}
          </Button>
        }
      >
        {say('part.lostHint')}
      </Notice>
    </div>
  )
}
