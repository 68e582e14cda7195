import { useQueryClient } from '@tanstack/react-query'
import type { ReleaseView } from '../hub/contract.ts'
import { useWords } from '../language/language.tsx'
import { ConfirmOrder } from './confirm-order.tsx'
import { consequences, type Order } from './orders.ts'
import { stepOf } from './state.ts'

const TITLES = {
  pause: 'order.pauseTitle',
  resume: 'order.resumeTitle',
  rearm: 'order.rearmTitle',
  promote: 'order.promoteTitle',
  rollback: 'order.rollbackTitle',
} as const

export const ORDER_WORDS = {
  pause: 'order.pause',
  resume: 'order.resume',
  rearm: 'order.rearm',
  promote: 'order.promote',
  rollback: 'order.rollback',
} as const

/** Asks before something is ordered of a release. */
export function OrderDialog({
  order,
  release,
  onClose,
}: {
  readonly order: Order
  readonly release: ReleaseView
  readonly onClose: () => void
}) {
  const words = useWords()
  const { say } = words
  const client = useQueryClient()
  const { id, service, version } = release
  const take = (reply: ReleaseView): void => {
    client.setQueryData<ReleaseView>(['release', id], before =>
      before && before.revision > reply.revision ? before : reply,
    )
    void client.invalidateQueries({ queryKey: ['status'] })
    void client.invalidateQueries({ queryKey: ['timeline', id] })
  }
  return (
    <ConfirmOrder
      title={say(TITLES[order], { service, version })}
      lead={`${service} ${stepOf(release)}`}
      lines={consequences(order, release, words)}
      order={{
        path: `/releases/${encodeURIComponent(id)}/${order}`,
        label: say(ORDER_WORDS[order]),
        icon: order,
        isDangerous: order === 'rollback',
      }}
      onDone={take}
      onClose={onClose}
    />
  )
}
