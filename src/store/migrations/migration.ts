/** How the two databases call the few types that the tables are made of. */
export interface Types {
  /** Text that sorts and compares by its bytes, whatever the server's language. */
  readonly text: string
  /** A whole number of at least 53 bits. */
  readonly int: string
  /** A number of 64 bits, IEEE 754. */
  readonly float: string
}

/**
 * One step forward. What has been released is never edited: its checksum is recorded beside it, and a
 * database that disagrees is refused.
 */
export interface Migration {
  /** `0001-what-it-adds`: applied in this order. */
  readonly name: string
  readonly statements: (types: Types) => readonly string[]
}

export const TYPES: { readonly sqlite: Types; readonly postgres: Types } = {
  sqlite: { text: 'text', int: 'integer', float: 'real' },
  postgres: { text: 'text collate "C"', int: 'bigint', float: 'double precision' },
}
