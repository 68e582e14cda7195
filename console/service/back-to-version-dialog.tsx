import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { Button } from '../design/button.tsx'
import { Dialog, DialogActions } from '../design/dialog.tsx'
import { TextArea } from '../design/field.tsx'
import type { ReleaseView, RollBackBody, ServiceView } from '../hub/contract.ts'
import { statusQuery } from '../hub/queries.ts'
import { Trouble } from '../hub/trouble.tsx'
import { useOrder } from '../hub/use-order.ts'
import { type Say, useWords } from '../language/language.tsx'
import { Consequences } from '../release/order-dialog.tsx'

/** What bringing back an earlier version will do. */
export function comingBack(version: string, service: ServiceView | undefined, say: Say): readonly string[] {
  const release = service?.release
  if (release && release.previous === version && release.phase !== 'waiting') {
    return [say('will.backStandsBy', { version }), say('will.rollBackStops', { version: release.version })]
  }
  return [
    say('will.backStarts', { version }),
    ...(service?.stable ? [say('will.backReplaces', { version, stable: service.stable })] : []),
    say('will.backUnjudged'),
    ...(release && release.phase !== 'baking' ? [say('will.backSupersedes', { version: release.version })] : []),
  ]
}

/** Asks before an earlier version is brought back, and shows the release that does it. */
export function BackToVersionDialog({
  service,
  version,
  onClose,
}: {
  readonly service: string
  readonly version: string
  readonly onClose: () => void
}) {
  const { say } = useWords()
  const client = useQueryClient()
  const [, go] = useLocation()
  const { data: status } = useQuery(statusQuery)
  const [note, setNote] = useState('')
  const order = useOrder<ReleaseView>(release => {
    client.setQueryData(['release', release.id], release)
    void client.invalidateQueries({ queryKey: ['status'] })
    void client.invalidateQueries({ queryKey: ['releases', service] })
    onClose()
    go(`/releases/${release.id}`)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const text = note.trim()
    const body: RollBackBody = { to: version, ...(text === '' ? {} : { note: text }) }
    order.mutate({ path: `/services/${encodeURIComponent(service)}/rollback`, body })
  }
  const known = status?.services.find(({ name }) => name === service)
  return (
    <Dialog title={say('backTo.title', { service, version })} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-5">
        <Consequences lines={comingBack(version, known, say)} />
        <TextArea
          label={say('note')}
          hint={say('note.hint')}
          maxLength={2_000}
          value={note}
          onChange={event => setNote(event.target.value)}
        />
        {order.error && <Trouble error={order.error} isOrder />}
        <DialogActions>
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button look="danger" icon="rollback" type="submit" isBusy={order.isPending}>
            {say('backTo', { version })}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
