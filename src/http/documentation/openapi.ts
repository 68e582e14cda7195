import type { Route } from '../route.ts'
import { type JsonSchema, membersOf, namedSchemas, schemaOf } from './schemas.ts'
import { SECURITY, SECURITY_SCHEMES } from './security.ts'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

interface Media {
  readonly schema: JsonSchema
}

interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>
  readonly content?: Readonly<Record<string, Media>>
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly security?: readonly []
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, Response | { readonly $ref: string }>>
}

/** As much of OpenAPI 3.1 as we say. */
export interface Document {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly security: typeof SECURITY
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, Response>>
    readonly securitySchemes: typeof SECURITY_SCHEMES
  }
}

export const REFUSALS: Readonly<Record<string, string>> = {
  400: 'What was sent is wrong; `field` says what.',
  401: 'Nobody that the hub knows asks.',
  403: 'Whoever asks may not do this, or a page of somebody else asks in their name.',
  404: 'There is none of that name.',
  409: 'It is there, but its state does not allow this.',
  413: 'The body is over a mebibyte.',
  415: 'The body is no JSON.',
  422: 'The key was used for another request.',
  429: 'Too often; `Retry-After` says when again.',
  500: 'A defect of the hub; its log says more.',
  503: 'Something that the hub needs does not answer. Try again.',
}

const DESCRIPTION = `Times are RFC 3339. Whatever is refused is answered as \`Problem\`.

Lists say in a \`Link\` header with \`rel="next"\` how to go on; the last page may be empty.

Replies to \`GET\` have an \`ETag\`: show it as \`If-None-Match\`, and what has not changed is answered with 304.

An \`Idempotency-Key\` makes a \`POST\` safe to repeat for a day: the repetition does nothing and is told the same.

Members that are not described here may be added; ignore those that you do not know.`

/** Describes the routes, by the very schemas that check and type them. */
export function describeApi(routes: readonly Route[], version: string): Document {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  const problem = { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return {
    openapi: '3.1.1',
    info: { title: 'Shipwatch', version, description: DESCRIPTION },
    servers: [{ url: '/' }],
    security: SECURITY,
    paths,
    components: {
      schemas: namedSchemas(),
      responses: Object.fromEntries(
        Object.entries(REFUSALS).map(([status, description]) => [
          `Refused${status}`,
          { description, content: problem },
        ]),
      ),
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}

function operationOf(route: Route): Operation {
  const { method, path, summary, body, scope } = route
  return {
    operationId: idOf(method, path),
    summary,
    tags: [path.split('/')[3] ?? 'api'],
    ...(scope === 'none' ? { security: [] as const } : {}),
    parameters: parametersOf(route),
    ...(body ? { requestBody: { required: isRequired(body), content: json(schemaOf(body)) } } : {}),
    responses: responsesOf(route),
  }
}

/** `getReleasesByReleasePoints`: for generated clients. */
function idOf(method: string, path: string): string {
  const words = path
    .split('/')
    .slice(3)
    .map(word => word.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()))
  return `${method.toLowerCase()}${words.map(word => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word))).join('')}`
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

const json = (schema: JsonSchema): Readonly<Record<string, Media>> => ({ 'application/json': { schema } })

const isRequired = (body: NonNullable<Route['body']>): boolean => !body.safeParse({}).success

function parametersOf({ params, query, method, answers, repeatable }: Route): readonly Parameter[] {
  const parameters: Parameter[] = []
  for (const { name, schema } of membersOf(params))
    parameters.push({ name, in: 'path', required: true, ...apart(schema) })
  for (const { name, required, schema } of membersOf(query)) {
    parameters.push({ name, in: 'query', required, ...apart(schema) })
  }
  const header = (name: string, description: string, schema: JsonSchema = { type: 'string' }): void =>
    void parameters.push({ name, in: 'header', required: false, description, schema })
  if (method === 'POST' && repeatable) {
    const schema = { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' }
    header('Idempotency-Key', 'Makes the request safe to repeat. A new one for each request, such as a UUID.', schema)
  }
  if (method === 'GET' && answers === 'json') header('If-None-Match', 'The ETag of what you have.')
  if (answers === 'events') {
    header('Last-Event-ID', 'The id of the last event that you got; wins over `after`.', {
      type: 'string',
      pattern: '^\\d{1,15}$',
    })
  }
  return parameters
}

/** What is said of the value, and what it is. */
function apart({ description, ...schema }: JsonSchema): Pick<Parameter, 'description' | 'schema'> {
  return { ...(description === undefined ? {} : { description }), schema }
}

function responsesOf(route: Route): Operation['responses'] {
  const { params, query, body, method, scope, repeatable, answers } = route
  const statuses = [
    ...(params || query || body ? [400] : []),
    ...(scope === 'none' ? [] : [401]),
    403,
    ...(params ? [404] : []),
    ...(body ? [409, 413, 415] : []),
    ...(method === 'POST' && repeatable ? [422] : []),
    429,
    500,
    503,
  ]
  const refusals = statuses.map(
    status => [String(status), { $ref: `#/components/responses/Refused${status}` }] as const,
  )
  const unchanged = { description: 'It is as you have it.', headers: { ETag: TAG } }
  return {
    [String(route.status)]: answers === 'events' ? eventsOf(route) : replyOf(route),
    ...(method === 'GET' && answers === 'json' ? { '304': unchanged } : {}),
    ...Object.fromEntries(refusals),
  }
}

const TAG = { description: 'Known again as If-None-Match.', schema: { type: 'string' } } as const

function replyOf({ method, reply, next, repeatable }: Route): Response {
  const link = { description: 'The next page, with `rel="next"`, where there may be one.', schema: { type: 'string' } }
  const replayed = { description: '`true` when it was told before.', schema: { type: 'string' } }
  const headers = {
    ...(method === 'GET' ? { ETag: TAG } : {}),
    ...(next ? { Link: link } : {}),
    ...(method === 'POST' && repeatable ? { 'Idempotency-Replayed': replayed } : {}),
  }
  return { description: 'Done.', headers, ...(reply ? { content: json(schemaOf(reply)) } : {}) }
}

/** OpenAPI 3.1 has no words for a stream of events; JSON Schema has for what is in a text. */
function eventsOf({ reply }: Route): Response {
  return {
    description:
      'Server-sent events, without end. `event` is the name of an event and `data` the member `data` of it as JSON; ' +
      '`id` is the number of the last entry of the logbook that it takes into account.',
    content: {
      'text/event-stream': {
        schema: {
          type: 'string',
          contentMediaType: 'application/json',
          ...(reply ? { contentSchema: schemaOf(reply) } : {}),
        },
      },
    },
  }
}
