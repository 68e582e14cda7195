import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Ranges of IPv4 that are not one host of the internet: IANA's special-purpose registry, and multicast. */
const NOT_PUBLIC_V4 = ranges('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
])

/** All of IPv6 that is given out lies here, but for the ranges below. */
const PUBLIC_V6 = ranges('ipv6', [['2000::', 3]])
const NOT_PUBLIC_V6 = ranges('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
])

/** Prefixes behind which an IPv4 address is meant, and the group of the address at which it begins. */
const V4_WITHIN = [
  { prefix: ranges('ipv6', [['::ffff:0:0', 96]]), group: 6 },
  { prefix: ranges('ipv6', [['64:ff9b::', 96]]), group: 6 },
  { prefix: ranges('ipv6', [['2002::', 16]]), group: 1 },
] as const

/** Whether an address is one of the public internet: not loopback, private, link-local, multicast or reserved. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !NOT_PUBLIC_V4.check(address, 'ipv4')
  const [bare = ''] = address.split('%')
  if (!isIPv6(bare)) return false
  const groups = groupsOf(bare)
  for (const { prefix, group } of V4_WITHIN) {
    if (!prefix.check(bare, 'ipv6')) continue
    const [high = 0, low = 0] = groups.slice(group, group + 2)
    return isPublic([high >> 8, high & 0xff, low >> 8, low & 0xff].join('.'))
  }
  return PUBLIC_V6.check(bare, 'ipv6') && !NOT_PUBLIC_V6.check(bare, 'ipv6')
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // An address inside a URL is written in one way only: lower case, no IPv4 at its end, the longest run of zeros cut.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = written.split('::')
  const read = (part: string): number[] => (part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16)))
  const before = read(head)
  const after = read(tail ?? '')
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

function ranges(family: 'ipv4' | 'ipv6', all: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [network, bits] of all) list.addSubnet(network, bits, family)
  return list
}
