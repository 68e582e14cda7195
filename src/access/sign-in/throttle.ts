import { isIPv6 } from 'node:net'
import { hashSecret } from '../secret.ts'

/** How often somebody failed of late, and until when they have to wait. */
export interface Tries {
  readonly failures: number
  readonly allowedAtMs: number
}

export type Kind = 'name' | 'address'

/**
 * How many failures cost nothing. An office shares one address, so many people's slips count together there; what
 * protects each single account is the count of its name.
 */
const FREE: Readonly<Record<Kind, number>> = { name: 5, address: 20 }
const FIRST_MS = 1_000
const MOST_MS = 15 * 60_000
/** Failures that are followed by none for so long are forgotten. */
export const FORGET_MS = 24 * 3_600_000

/** How long to wait after so many failures: 1 s from the last free one on, then twice as long each time. */
export function delayMs(kind: Kind, failures: number): number {
  const beyond = failures - FREE[kind]
  return beyond < 0 ? 0 : Math.min(MOST_MS, FIRST_MS * 2 ** beyond)
}

/** How long is still to be waited. More than anybody ever has to wait means that the clock was set back. */
export function waitMs(tries: Tries | undefined, nowMs: number): number {
  const restMs = (tries?.allowedAtMs ?? 0) - nowMs
  return restMs > 0 && restMs <= MOST_MS ? restMs : 0
}

/** With one failure more. */
export function fail(kind: Kind, tries: Tries | undefined, nowMs: number): Tries {
  const isForgotten = !tries || tries.allowedAtMs + FORGET_MS <= nowMs
  const failures = (isForgotten ? 0 : tries.failures) + 1
  return { failures, allowedAtMs: nowMs + delayMs(kind, failures) }
}

/**
 * With one failure less, and open at once: it was none, after all. Whoever owns an account can so pay back only the
 * very try that they were allowed to make.
 */
export function takeBack(tries: Tries, nowMs: number): Tries | undefined {
  return tries.failures > 1 ? { failures: tries.failures - 1, allowedAtMs: nowMs } : undefined
}

/** Only hashes of names are kept: people type passwords into the wrong field. */
export function keyOfName(name: string): string {
  return hashSecret(name).slice(0, 32)
}

/** An IPv6 network of 64 bits belongs to one customer, who may come from each of its addresses. */
export function keyOfAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain.slice(0, 64)
  return `${groupsOf(plain).slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  // The parser of URLs writes any IPv6 address in its one canonical form.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after]
}
