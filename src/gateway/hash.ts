/** A number in [0, 2^46) that stands for a user: two 32-bit hashes, cut so that a small index fits beside it. */
export type UserKey = number

/** The 32-bit finalizer of MurmurHash3: every bit of the input flips half of the output's. */
function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A 32-bit hash of a text: FNV-1a, then mixed. Stable for ever, since it decides who is on which version. */
export function hash32(text: string, seed = 0): number {
  let h = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h)
}

/** The key of a user's id. */
export function userKey(id: string): UserKey {
  return hash32(id) + (hash32(id, 0x5bd1e995) & 0x3fff) * 4_294_967_296
}

/** A draw from (0, 1) that is always the same for a user and a seed, and unrelated between seeds. */
export function drawFor(user: UserKey, seed: number): number {
  const high = Math.floor(user / 4_294_967_296)
  return (mix(mix((user % 4_294_967_296) ^ seed) + high) + 0.5) / 4_294_967_296
}
