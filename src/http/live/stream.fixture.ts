import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { LiveEvent } from '../../client/index.ts'

/** One event as it came. */
export type Heard = LiveEvent & { readonly id: string }

/** A client that reads a stream of events as a browser does (WHATWG HTML, 9.2.6). */
export class Stream {
  readonly response: IncomingMessage
  readonly heard: Heard[] = []
  /** What came that was no event: comments and such. */
  readonly other: string[] = []
  /** Resolves when the stream is over, with whether it ended in order. */
  readonly ended: Promise<boolean>
  retryMs: number | undefined
  lastId = ''
  #rest = ''

  private constructor(response: IncomingMessage) {
    this.response = response
    response.setEncoding('utf8').on('data', (text: string) => this.#take(text))
    response.on('error', () => {}) // the end says it
    this.ended = new Promise(resolve => response.once('close', () => resolve(response.complete)))
  }

  /** Resolves when the answer begins. */
  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<Stream> {
    const asking = request(url, { headers, agent: false })
    asking.end()
    const [response] = (await once(asking, 'response')) as [IncomingMessage]
    return new Stream(response)
  }

  /** Goes away without a word. */
  leave(): void {
    this.response.destroy()
  }

  get seqs(): number[] {
    return this.heard.flatMap(event => (event.event === 'entry' ? [event.data.seq] : []))
  }

  /** `watching 3`: what was told of a release, phase and revision. */
  toldOf(id: string): string[] {
    return this.heard.flatMap(event =>
      event.event === 'release' && event.data.release.id === id
        ? [`${event.data.release.phase} ${event.data.release.revision}`]
        : [],
    )
  }

  #take(text: string): void {
    const blocks = `${this.#rest}${text}`.split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) this.#read(block)
  }

  #read(block: string): void {
    const fields = new Map(block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line] as const))
    const valueOf = (name: string): string | undefined => fields.get(name)?.slice(name.length + 2)
    const [id, event, data, retry] = ['id', 'event', 'data', 'retry'].map(valueOf)
    if (retry !== undefined) this.retryMs = Number(retry)
    if (event === undefined || data === undefined) {
      this.other.push(block)
      return
    }
    this.lastId = id ?? this.lastId
    this.heard.push({ ...LiveEvent.parse({ event, data: JSON.parse(data) as unknown }), id: this.lastId })
  }
}
