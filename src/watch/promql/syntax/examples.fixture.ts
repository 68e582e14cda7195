import { readdirSync, readFileSync } from 'node:fs'

/*
 * Queries with what becomes of them, in text files: a query stands on one line, what is expected on the next one, which
 * is indented. `⏎` is a line break within a query, `␠` a space at its edge. Nothing is escaped, so that a query reads
 * as people write it. Experimental syntax is allowed.
 */

/** `print(parse(query))`, as Prometheus prints it but for the order of matchers, which stays as written. */
export const ACCEPTED: readonly (readonly [query: string, printed: string])[] = read('accepted.txt')

/** `LINE:COLUMN message` of Prometheus 3, by subject. */
export const REFUSED: readonly (readonly [subject: string, query: string, error: string])[] = readdirSync(
  new URL('refused/', import.meta.url),
)
  .toSorted()
  .flatMap(file => read(`refused/${file}`).map(([query, error]) => [file.replace('.txt', ''), query, error] as const))

function read(file: string): readonly (readonly [query: string, expected: string])[] {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .filter(line => line !== '')
  const pairs: [string, string][] = []
  for (let i = 0; i < lines.length; i += 2) {
    const [query = '', expected = ''] = lines.slice(i, i + 2)
    if (query.startsWith('    ') || !expected.startsWith('    ')) throw new Error(`${file}:${i + 1}: a pair of lines`)
    pairs.push([query.replaceAll('⏎', '\n').replaceAll('␠', ' '), expected.slice(4)])
  }
  return pairs
}
