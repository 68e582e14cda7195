import type { DeliveryFilter } from '../hub/queries.ts'
import { STATES } from './standing.ts'

/** What the address of the page asks for, so that it can be kept and sent to somebody; what is no state is left out. */
export function readFilter(search: string): DeliveryFilter {
  const params = new URLSearchParams(search)
  const text = (name: string) => {
    const value = params.get(name) ?? ''
    return value === '' ? {} : { [name]: value }
  }
  const state = STATES.find(one => one === params.get('state'))
  return { ...text('release'), ...text('channel'), ...text('receiver'), ...(state === undefined ? {} : { state }) }
}

/** The address of the deliveries that a filter lets through. */
export function deliveriesHref(filter: DeliveryFilter): string {
  const { release = '', channel = '', receiver = '', state = '' } = filter
  const params = new URLSearchParams(
    Object.entries({ release, channel, receiver, state }).filter(([, value]) => value !== ''),
  )
  return params.size === 0 ? '/deliveries' : `/deliveries?${params.toString()}`
}
