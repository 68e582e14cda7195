import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { Consequences } from '../design/consequences.tsx'
import { Choice, NameField, TextArea } from '../design/field.tsx'
import { FormDialog } from '../design/form-dialog.tsx'
import type { ReleaseView, ServiceView } from '../hub/contract.ts'
import { faultAt, isAtField, Trouble } from '../hub/trouble.tsx'
import { useOrder } from '../hub/use-order.ts'
import { useWords } from '../language/language.tsx'
import { bodyOf, type DeployForm, deploying, STRATEGIES } from './deploy-body.ts'

const STRATEGY_WORDS = {
  configured: 'deploy.configured',
  canary: 'strategy.canary',
  rolling: 'strategy.rolling',
  'blue-green': 'strategy.blueGreen',
  'all-at-once': 'strategy.allAtOnce',
} as const

/** Asks which version, says what will happen, and shows the release that begins. */
export function DeployDialog({ service, onClose }: { readonly service: ServiceView; readonly onClose: () => void }) {
  const words = useWords()
  const { say } = words
  const client = useQueryClient()
  const [, go] = useLocation()
  const [form, setForm] = useState<DeployForm>({ version: '', command: '', strategy: 'configured', note: '' })
  const change = (changed: Partial<DeployForm>): void => setForm(before => ({ ...before, ...changed }))
  const order = useOrder<ReleaseView>(release => {
    client.setQueryData(['release', release.id], release)
    void client.invalidateQueries({ queryKey: ['status'] })
    void client.invalidateQueries({ queryKey: ['releases', service.name] })
    onClose()
    go(`/releases/${release.id}`)
  })
  const { error } = order
  const submit = (): void => {
    order.mutate({ path: `/services/${encodeURIComponent(service.name)}/releases`, body: bodyOf(form) })
  }
  return (
    <FormDialog
      title={say('deploy.title', { service: service.name })}
      submit={{ label: say('deploy'), icon: 'deploy' }}
      isBusy={order.isPending}
      fault={error && !isAtField(error, ['version', 'command']) && <Trouble error={error} isOrder />}
      onSubmit={submit}
      onClose={onClose}
    >
      <NameField
        label={say('version')}
        hint={service.stable === null ? undefined : say('service.stable', { version: service.stable })}
        fault={faultAt('version', error, words)}
        required
        maxLength={128}
        value={form.version}
        onChange={event => change({ version: event.target.value })}
      />
      <Choice
        label={say('deploy.strategy')}
        value={form.strategy}
        options={STRATEGIES.map(value => ({ value, label: say(STRATEGY_WORDS[value]) }))}
        onChange={event => change({ strategy: STRATEGIES.find(one => one === event.target.value) ?? 'configured' })}
      />
      <NameField
        label={say('deploy.command')}
        hint={say('deploy.commandHint')}
        fault={faultAt('command', error, words)}
        maxLength={10_000}
        value={form.command}
        onChange={event => change({ command: event.target.value })}
      />
      <TextArea
        label={say('note')}
        hint={say('deploy.noteHint')}
        maxLength={2_000}
        value={form.note}
        onChange={event => change({ note: event.target.value })}
      />
      <Consequences lines={deploying(form, service, say)} />
    </FormDialog>
  )
}
