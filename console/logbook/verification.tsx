import { useMutation } from '@tanstack/react-query'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import type { VerifyView } from '../hub/contract.ts'
import { verify } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useWords } from '../language/language.tsx'

/** Proves on demand that nothing in the logbook was changed since it was written. */
export function Verification() {
  const { say } = useWords()
  const proof = useMutation({ mutationFn: verify })
  const { data, error, isPending } = proof
  const button = (
    <Button isSmall icon="shield" isBusy={isPending} onClick={() => proof.mutate()}>
      {say(isPending ? 'verify.running' : 'verify')}
    </Button>
  )
  if (error) return <Trouble error={error} onRetry={() => proof.mutate()} />
  if (data) return <Proof proof={data} />
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 text-sm text-faint">
      <p className="max-w-prose">{say('verify.lead')}</p>
      {button}
    </div>
  )
}

function Proof({ proof }: { readonly proof: VerifyView }) {
  const { say, format } = useWords()
  const { intact, entries, head, fault } = proof
  if (intact) {
    return (
      <Notice tone="good" role="status" title={say('verify.intact', { count: entries })}>
        <p>{say('verify.keep')}</p>
        <code className="mt-1 block font-mono text-xs break-all text-ink">{`${head.seq}:${head.hash}`}</code>
      </Notice>
    )
  }
  return (
    <Notice tone="bad" role="alert" title={say('verify.changed', { seq: format.count(fault?.seq ?? 0) })}>
      <p>{fault?.what}</p>
      <p>{say('verify.changedHint')}</p>
    </Notice>
  )
}
