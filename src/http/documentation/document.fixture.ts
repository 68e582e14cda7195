import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Route } from '../route.ts'
import { type Document, describeApi } from './openapi.ts'

const ID = 'http://shipwatch.test/openapi.json'

/** The document as somebody reads it who has nothing else: what it says of a request and of an answer. */
export class Reading {
  readonly document: Document
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  readonly #made = new Map<string, ValidateFunction>()

  constructor(routes: readonly Route[]) {
    this.document = JSON.parse(JSON.stringify(describeApi(routes, '1.2.3'))) as Document
    this.#ajv.addSchema({ $id: ID, ...this.document })
  }

  /** What is wrong with an answer; nothing where it is as it was said. */
  faultsOfReply(method: string, path: string, status: number, type: string, body: unknown): string[] {
    const place = this.#placeOf(method, path)
    const response = this.#follow([...place, 'responses', String(status)])
    if (!response) return [`${method} ${path} says nothing of ${status}`]
    const content = this.#follow([...response, 'content', type])
    if (!content) return [`${method} ${path} says nothing of ${type} for ${status}`]
    return this.#faults([...content, 'schema'], body)
  }

  /** What is wrong with a body to be sent. */
  faultsOfBody(method: string, path: string, body: unknown): string[] {
    const place = this.#placeOf(method, path)
    return this.#faults([...place, 'requestBody', 'content', 'application/json', 'schema'], body)
  }

  /** What is wrong with one event of a stream. */
  faultsOfEvent(event: unknown): string[] {
    return this.#faults(['components', 'schemas', 'LiveEvent'], event)
  }

  #placeOf(method: string, path: string): string[] {
    const [pathname = ''] = path.split('?')
    const found = Object.keys(this.document.paths).find(template =>
      new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
    )
    return ['paths', found ?? pathname, method.toLowerCase()]
  }

  /** The place itself, or where its reference leads; nothing where there is none. */
  #follow(place: readonly string[]): string[] | undefined {
    let here: unknown = this.document
    for (const step of place) here = (here as Record<string, unknown> | undefined)?.[step]
    if (typeof here !== 'object' || here === null) return undefined
    return '$ref' in here && typeof here.$ref === 'string' ? here.$ref.split('/').slice(1) : [...place]
  }

  #faults(place: readonly string[], value: unknown): string[] {
    const pointer = place.map(step => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const validate = this.#made.get(pointer) ?? this.#ajv.compile({ $ref: `${ID}#/${pointer}` })
    this.#made.set(pointer, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'the whole'} ${message}`)
  }
}
