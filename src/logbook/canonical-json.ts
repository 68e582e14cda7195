/**
 * JSON that is the same text for the same value: no white space, members sorted by their names' UTF-16 code
 * units, numbers and strings as ECMAScript writes them (RFC 8785). What JSON does not know is treated as
 * `JSON.stringify` does: `undefined` members are left out, NaN is null, a `toJSON` is asked.
 */
export function canonicalJson(value: unknown): string {
  return write(JSON.parse(JSON.stringify(value) ?? 'null'))
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`)
  return `{${members.join(',')}}`
}
