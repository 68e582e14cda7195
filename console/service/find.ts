import type { ServiceView } from '../hub/contract.ts'

type Findable = Pick<ServiceView, 'name' | 'owner' | 'markets'>

/** Whether a service is one that is looked for: each word is a part of its name, its owner or a market. */
export function fits({ name, owner = '', markets }: Findable, wanted: string): boolean {
  const known = [name, owner, ...markets].map(one => one.toLowerCase())
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  return words.every(word => known.some(one => one.includes(word)))
}
