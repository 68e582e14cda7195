export type Environment = Readonly<Record<string, string | undefined>>

/** A `${…}` that could not be replaced: its ordinal among the `$` signs of the text, and why. */
interface Unexpanded {
  readonly ordinal: number
  readonly message: string
}

export interface Expansion {
  readonly text: string
  /** Whether anything came from the environment, so that the text may be a secret. */
  readonly fromEnvironment: boolean
  readonly failed: readonly Unexpanded[]
}

const DOLLARS = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g

/**
 * Replaces `${NAME}` and `${NAME:-default}` (used when NAME is unset or empty, as in a shell); `$$` is
 * a plain `$`, and so is a `$` before anything but `{`. What is put in is not expanded again.
 */
export function expand(text: string, env: Environment): Expansion {
  const failed: Unexpanded[] = []
  let fromEnvironment = false
  let ordinal = -1
  const expanded = text.replace(DOLLARS, (match: string, name?: string, otherwise?: string) => {
    ordinal += 1
    if (match === '$$') return '$'
    if (name === undefined) {
      failed.push({ ordinal, message: 'expected ${NAME} or ${NAME:-default}; write $${ for a plain ${' })
      return match
    }
    if (otherwise?.includes('${')) {
      failed.push({ ordinal, message: `the default of \${${name}} cannot hold another \${…}` })
      return match
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (value === undefined && otherwise === undefined) {
      failed.push({
        ordinal,
        message: `the environment variable ${name} is not set; set it, or write \${${name}:-default}`,
      })
      return match
    }
    fromEnvironment = true
    return otherwise === undefined || value ? (value ?? '') : otherwise
  })
  return { text: expanded, fromEnvironment, failed }
}

/** Where the `$` sign of that ordinal stands in a text as it is written, or `undefined`. */
export function offsetOf(ordinal: number, written: string): number | undefined {
  return [...written.matchAll(DOLLARS)][ordinal]?.index
}
