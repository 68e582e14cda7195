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
    for (let i = 0; i < timesMs.length; i++) {
      one.message(2, new Message().double(1, values.subarray(i, i + 1)).integer(2, timesMs[i] as number))
    }
    request.message(1, one)
  }
  return packUncompressed(request.bytes())
}

const [VARINT, FIXED64, DELIMITED] = [0, 1, 2]

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

  integer(field: number, value: number): this {
    return this.#tag(field, VARINT).#add(varint(value))
  }

  /** One double; typed arrays are little-endian wherever Node runs, as protobuf is. */
  double(field: number, { buffer, byteOffset }: Float64Array): this {
    return this.#tag(field, FIXED64).#add(new Uint8Array(buffer, byteOffset, 8))
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts, this.#size)
  }

  #tag(field: number, wireType: number): this {
    return this.#add(varint(8 * field + wireType))
  }

  #add(...parts: readonly Uint8Array[]): this {
    for (const part of parts) {
      this.#parts.push(part)
      this.#size += part.length
    }
    return this
  }
}

/** Whole numbers up to 2^53, not negative. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Uint8Array.of(...bytes, rest)
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
