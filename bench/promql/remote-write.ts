/** A series to send: labels in the order of their names, samples in the order of time. */
export interface SentSeries {
  readonly labels: Iterable<readonly [name: string, value: string]>
  readonly timesMs: ArrayLike<number>
  /** Copied bit by bit, because a stale marker is told from other NaNs by its bits. */
  readonly values: Float64Array
}

/**
 * The body of a remote-write request (1.0): a protobuf `prometheus.WriteRequest`, in snappy's block format.
 * https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export function encodeWriteRequest(series: Iterable<SentSeries>): Uint8Array<ArrayBuffer> {
  const request = new Message()
  for (const { labels, timesMs, values } of series) {
    const one = new Message()
    for (const [name, value] of labels) one.message(1, new Message().text(1, name).text(2, value))
    request.message(1, one.raw(samplesOf(timesMs, values)))
  }
  return packUncompressed(request.bytes())
}

const [VARINT, FIXED64, DELIMITED] = [0, 1, 2]

/** A tag and a length, a tag and a double, a tag and a time below 2^56. */
const MOST_BYTES_A_SAMPLE = 2 + 9 + 9

/**
 * The field `samples` (2) of a series, which repeats: a double (1) and a time (2) each. In one array, as millions of
 * small ones take longer than Prometheus does to read them. Typed arrays are little-endian wherever Node runs, as
 * protobuf is.
 */
function samplesOf(timesMs: ArrayLike<number>, values: Float64Array): Uint8Array {
  const doubles = new Uint8Array(values.buffer, values.byteOffset, 8 * values.length)
  const bytes = new Uint8Array(MOST_BYTES_A_SAMPLE * timesMs.length)
  let at = 0
  for (let i = 0; i < timesMs.length; i++) {
    const start = at + 2
    bytes[at] = tagOf(2, DELIMITED)
    bytes[start] = tagOf(1, FIXED64)
    for (let byte = 0; byte < 8; byte++) bytes[start + 1 + byte] = doubles[8 * i + byte] as number
    bytes[start + 9] = tagOf(2, VARINT)
    const end = putVarint(bytes, start + 10, timesMs[i] as number)
    bytes[at + 1] = end - start
    at = end
  }
  return bytes.subarray(0, at)
}

/** A protobuf message that is being written. */
class Message {
  readonly #parts: Uint8Array[] = []
  #size = 0

  message(field: number, message: Message): this {
    return this.#tag(field, DELIMITED)
      .#add(varint(message.#size))
      .#add(...message.#parts)
  }

  text(field: number, text: string): this {
    const bytes = Buffer.from(text)
    return this.#tag(field, DELIMITED).#add(varint(bytes.length), bytes)
  }

  /** Fields that are written already. */
  raw(bytes: Uint8Array): this {
    return this.#add(bytes)
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts, this.#size)
  }

  #tag(field: number, wireType: number): this {
    return this.#add(varint(tagOf(field, wireType)))
  }

  #add(...parts: readonly Uint8Array[]): this {
    for (const part of parts) {
      this.#parts.push(part)
      this.#size += part.length
    }
    return this
  }
}

function tagOf(field: number, wireType: number): number {
  return 8 * field + wireType
}

function varint(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  return bytes.subarray(0, putVarint(bytes, 0, value))
}

/** A whole number up to 2^53, not negative; gives the place after it. */
function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let [at, rest] = [start, value]
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80
  bytes[at++] = rest
  return at
}

/** Snappy's format allows that nothing is compressed: literals of 64 KiB, each with its length in two bytes. */
function packUncompressed(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts = [varint(plain.length)]
  for (let start = 0; start < plain.length; start += 0x1_0000) {
    const literal = plain.subarray(start, start + 0x1_0000)
    const last = literal.length - 1
    parts.push(Uint8Array.of(61 << 2, last & 0xff, last >> 8), literal)
  }
  return new Uint8Array(Buffer.concat(parts))
}
