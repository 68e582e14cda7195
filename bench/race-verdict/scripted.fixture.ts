import type { Traffic } from './traffic.ts'

/** Traffic without chance: `requests` a second to each version, and the share of bad ones by the second. */
export function scripted(requests: number, canaryBadShare: (second: number) => number, stableBadShare = 0): Traffic {
  return {
    second: index => ({
      canary: { requests, bad: Math.round(requests * canaryBadShare(index)) },
      stable: { requests, bad: Math.round(requests * stableBadShare) },
    }),
  }
}

/** Remembers what share was asked for in each second. */
export function recorded(traffic: Traffic): { readonly traffic: Traffic; readonly shares: number[] } {
  const shares: number[] = []
  return {
    shares,
    traffic: {
      second: (index, share) => {
        shares[index] = share
        return traffic.second(index, share)
      },
    },
  }
}
