import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Button } from '../design/button.tsx'
import { Loading } from '../design/panel.tsx'
import { useWords } from '../language/language.tsx'
import { Trouble } from './trouble.tsx'

/** What is read page by page, newest first: what is there, or why it is not, and the way to what is older. */
export function Paged({
  query,
  isEmpty,
  none,
  isTall = false,
  children,
}: {
  readonly query: UseInfiniteQueryResult
  readonly isEmpty: boolean
  /** What stands where nothing is. */
  readonly none: ReactNode
  /** It takes much of the page. */
  readonly isTall?: boolean
  readonly children: ReactNode
}) {
  const { say } = useWords()
  const { data, error, isPending, hasNextPage, isFetchingNextPage, isFetchNextPageError } = query
  const loadOlder = (): void => void query.fetchNextPage()
  return (
    <>
      {error && !data && <Trouble error={error} onRetry={() => void query.refetch()} />}
      {isPending && <Loading label={say('loading')} tall={isTall} />}
      {Boolean(data) && (isEmpty ? none : children)}
      {isFetchNextPageError && <Trouble error={error} onRetry={loadOlder} />}
      {hasNextPage && !isFetchNextPageError && (
        <div className="text-center">
          <Button isBusy={isFetchingNextPage} onClick={loadOlder}>
            {say('older')}
          </Button>
        </div>
      )}
    </>
  )
}
