/** What a template takes from a match of a regular expression. */
export interface Groups {
  /** null where the group took no part in the match; throws beyond the last. */
  group(index: number): string | null
  groupCount(): number
}

const VARIABLE = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu

/**
 * Puts a match's groups into a template: `$1`, `$name` (as long as possible, so `$1x` is the group named “1x”), `${1}`,
 * and `$$` for `$`. Groups that do not exist are empty; a `$` that starts none of these stays.
 *
 * @see https://pkg.go.dev/regexp#Regexp.Expand
 */
export function expandTemplate(template: string, match: Groups, names: Readonly<Record<string, number>>): string {
  return template.replace(VARIABLE, (whole, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare
    if (name === undefined) return whole.slice(1)
    const index = isIndex(name) ? Number(name) : names[name]
    return index === undefined || index > match.groupCount() ? '' : (match.group(index) ?? '')
  })
}

/** Without leading zeros, and not absurdly long: else it is a name. */
function isIndex(name: string): boolean {
  return /^(?:0|[1-9][0-9]{0,8})$/.test(name)
}
