import type { Document, Operation } from './openapi.ts'
import { type JsonSchema, nameIn } from './schemas.ts'

/** Where the page's parts are. */
export interface Places {
  readonly style: string
  readonly document: string
}

/** The document for people: one page of plain HTML. */
export function pageOf({ info, paths, components }: Document, { style, document }: Places): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(info.title)} API</title>
<link rel="stylesheet" href="${text(style)}">
</head>
<body>
<header>
<h1>${text(info.title)} API</h1>
<p class="quiet">Version ${text(info.version)}. <a href="${text(document)}">OpenAPI 3.1</a> for programs.</p>
${info.description.split('\n\n').map(paragraph).join('\n')}
</header>
<nav aria-label="Operations"><ul>
${operations.map(({ path, method, operation }) => `<li><a href="#${operation.operationId}"><span class="method">${method}</span> <code>${text(path)}</code></a></li>`).join('\n')}
</ul></nav>
<main>
<h2>Operations</h2>
${operations.map(({ path, method, operation }) => article(path, method, operation)).join('\n')}
<h2>Schemas</h2>
${Object.entries(components.schemas)
  .map(
    ([name, schema]) => `<article id="${text(name)}"><h3><code>${text(name)}</code></h3>${membersOf(schema)}</article>`,
  )
  .join('\n')}
<h2>Refusals</h2>
<dl>${Object.entries(components.responses)
    .map(([name, { description }]) => term(`<code>${name.replace('Refused', '')}</code>`, inline(description)))
    .join('')}</dl>
</main>
</body>
</html>
`
}

function article(path: string, method: string, operation: Operation): string {
  const { operationId, summary, parameters, requestBody, responses } = operation
  const taken = parameters.map(({ name, in: where, required, description = '', schema }) =>
    term(
      `<code>${text(name)}</code> <span class="quiet">${where}${required ? ', required' : ''}</span>`,
      said(typeOf(schema), description),
    ),
  )
  const given = Object.entries(responses).map(([status, response]) => {
    if ('$ref' in response) return undefined
    const [media] = Object.entries(response.content ?? {})
    const what = media ? `${typeOf(media[1].schema)} <span class="quiet">${text(media[0])}</span> · ` : ''
    return term(`<code>${status}</code>`, `${what}${inline(response.description)}`)
  })
  const refused = Object.entries(responses).filter(([, response]) => '$ref' in response)
  return `<article id="${operationId}">
<h3><span class="method">${method}</span> <code>${text(path)}</code></h3>
<p>${inline(summary)}</p>
${taken.length > 0 ? `<h4>Takes</h4><dl>${taken.join('')}</dl>` : ''}
${requestBody ? `<h4>Body${requestBody.required ? '' : ', may be left out'}</h4><p>${typeOf(requestBody.content['application/json']?.schema ?? {})}</p>` : ''}
<h4>Gives</h4><dl>${given.join('')}${term(refused.map(([status]) => `<code>${status}</code>`).join(' '), link('Problem'))}</dl>
</article>`
}

/** What it is, and what is said of it. */
const said = (what: string, words = ''): string => (words === '' ? what : `${what} · ${inline(words)}`)
const term = (name: string, what: string): string => `<dt>${name}</dt><dd>${what}</dd>`
const link = (name: string): string => `<a href="#${text(name)}"><code>${text(name)}</code></a>`
const paragraph = (words: string): string => `<p>${inline(words)}</p>`

/** What a named schema is, and what is said of each of its members. */
function membersOf(schema: JsonSchema): string {
  const described = schema.description ? paragraph(schema.description) : ''
  return `${described}${schema.properties ? '' : `<p>${typeOf(schema)}</p>`}${innerOf(schema)}`
}

/** What is said of the members of what has no name of its own: of an object, each one in a list, or each alternative. */
function innerOf(schema: JsonSchema): string {
  const { properties, required, items } = schema
  if (items) return innerOf(items)
  const options = optionsOf(schema)
  if (options) return options.map(innerOf).join('')
  if (!properties) return ''
  const members = Object.entries(properties).map(([name, member]) => {
    const optional = required?.includes(name) ? '' : ' <span class="quiet">may be absent</span>'
    return term(`<code>${text(name)}</code>${optional}`, said(typeOf(member), member.description) + innerOf(member))
  })
  return `<dl>${members.join('')}</dl>`
}

function optionsOf(schema: JsonSchema): readonly JsonSchema[] | undefined {
  const options = schema['anyOf'] ?? schema['oneOf']
  return Array.isArray(options) ? (options as JsonSchema[]) : undefined
}

/** A schema in a few words. */
function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return link(nameIn(schema.$ref))
  const options = optionsOf(schema)
  if (options) return options.map(typeOf).join(' or ')
  if (Array.isArray(schema['enum'])) return schema['enum'].map(literal).join(' or ')
  if ('const' in schema) return literal(schema['const'])
  if ('contentSchema' in schema) return `events as ${typeOf(schema['contentSchema'] as JsonSchema)}`
  if (schema.type === 'array') return schema.items ? `list of ${typeOf(schema.items)}` : 'list'
  if (schema.type === 'object' && schema.properties) {
    const names = Object.keys(schema.properties).map(name => {
      const mark = schema.required?.includes(name) ? '' : '?'
      return `<code>${text(name)}${mark}</code>`
    })
    return `{ ${names.join(', ')} }`
  }
  const types = [schema.type ?? 'anything'].flat()
  return text(types.join(' or ')) + boundsOf(schema)
}

function boundsOf(schema: JsonSchema): string {
  const bound = (key: string, words: string): string => (key in schema ? `${words} ${String(schema[key])}` : '')
  const bounds = [
    bound('minimum', 'from'),
    bound('maximum', 'to'),
    bound('maxLength', 'up to'),
    bound('maxItems', 'up to'),
    bound('format', 'as'),
  ]
  const said = bounds.filter(words => words !== '').join(' ')
  return said === '' ? '' : ` <span class="quiet">${said}</span>`
}

const literal = (value: unknown): string => `<code>${text(JSON.stringify(value))}</code>`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function text(words: string): string {
  return words.replace(/[&<>"']/g, sign => ENTITIES[sign] ?? sign)
}

/** Words with `code` in them. */
function inline(words: string): string {
  return text(words).replace(/`([^`]+)`/g, '<code>$1</code>')
}
