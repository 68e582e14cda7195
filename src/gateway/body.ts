import { FIELD_CONTENT, TOKEN } from './fields.ts'

/** Finds where a message's body ends, while its bytes pass by untouched. */
export interface Body {
  /**
   * Takes in `chunk` from `from`; returns where in it the body's bytes end. For a chunked body, `spans`
   * receives start and end of each stretch of data, without the framing.
   */
  read(chunk: Buffer, from: number, spans?: number[]): number
  readonly done: boolean
  /** Why it cannot be a body. Nothing read after it may be trusted. */
  readonly fault: string | undefined
  /** Data bytes so far. */
  readonly bytes: number
}

/** A body whose length was told beforehand. */
export class SizedBody implements Body {
  readonly fault = undefined
  bytes = 0
  #left: number

  constructor(length: number) {
    this.#left = length
  }

  get done(): boolean {
    return this.#left === 0
  }

  read(chunk: Buffer, from: number): number {
    const taken = Math.min(this.#left, chunk.length - from)
    this.#left -= taken
    this.bytes += taken
    return from + taken
  }
}

/** A body that ends with its connection. */
export class UnboundedBody implements Body {
  readonly fault = undefined
  readonly done = false
  bytes = 0

  read(chunk: Buffer, from: number): number {
    this.bytes += chunk.length - from
    return chunk.length
  }
}

const SIZE_FIRST = 0
const SIZE = 1
const EXTENSION = 2
const SIZE_LF = 3
const DATA = 4
const DATA_CR = 5
const DATA_LF = 6
const TRAILER = 7
const TRAILER_NAME = 8
const TRAILER_VALUE = 9
const TRAILER_LF = 10
const LAST_LF = 11
const DONE = 12

const CR = 13
const LF = 10
const COLON = 58
const SEMICOLON = 59
/** 2^48 bytes: far over anything real, far under where numbers lose their units. */
const MAX_SIZE_DIGITS = 12
/** Extensions and trailers of one body together: whoever sends more has something else in mind. */
const MAX_OVERHEAD_BYTES = 16_384

/** A chunked body (RFC 9112, section 7.1), read strictly: no bare LF, no space about the size, bounded extras. */
export class ChunkedBody implements Body {
  fault: string | undefined
  bytes = 0
  #state = SIZE_FIRST
  #digits = 0
  #left = 0
  #overhead = 0

  get done(): boolean {
    return this.#state === DONE
  }

  read(chunk: Buffer, from: number, spans?: number[]): number {
    let at = from
    while (at < chunk.length && this.#state !== DONE && this.fault === undefined) {
      if (this.#state === DATA) {
        const taken = Math.min(this.#left, chunk.length - at)
        spans?.push(at, at + taken)
        this.bytes += taken
        this.#left -= taken
        at += taken
        if (this.#left === 0) this.#state = DATA_CR
      } else {
        this.#step(chunk[at] ?? 0)
        at++
      }
    }
    return at
  }

  /** Moves on by one byte of framing. */
  #step(byte: number): void {
    switch (this.#state) {
      case SIZE_FIRST:
        this.#left = 0
        this.#digits = 0
        this.#size(byte)
        return
      case SIZE:
        if (byte === CR) this.#state = SIZE_LF
        else if (byte === SEMICOLON) this.#state = EXTENSION
        else this.#size(byte)
        return
      case EXTENSION:
        if (byte === CR) this.#state = SIZE_LF
        else this.#extra(FIELD_CONTENT[byte] === 1, 'a chunk extension holds a control character')
        return
      case SIZE_LF:
        this.#expect(byte, LF, this.#left === 0 ? TRAILER : DATA)
        return
      case DATA_CR:
        this.#expect(byte, CR, DATA_LF)
        return
      case DATA_LF:
        this.#expect(byte, LF, SIZE_FIRST)
        return
      case TRAILER:
        if (byte === CR) this.#state = LAST_LF
        else {
          this.#extra(TOKEN[byte] === 1, 'a trailer begins with no name')
          this.#state = TRAILER_NAME
        }
        return
      case TRAILER_NAME:
        if (byte === COLON) this.#state = TRAILER_VALUE
        else this.#extra(TOKEN[byte] === 1, "a trailer's name is not followed by a colon")
        return
      case TRAILER_VALUE:
        if (byte === CR) this.#state = TRAILER_LF
        else this.#extra(FIELD_CONTENT[byte] === 1, "a trailer's value holds a control character")
        return
      case TRAILER_LF:
        this.#expect(byte, LF, TRAILER)
        return
      default:
        this.#expect(byte, LF, DONE)
    }
  }

  #size(byte: number): void {
    const digit = hexDigit(byte)
    if (digit < 0) this.fault = 'a chunk has no hexadecimal size'
    else if (++this.#digits > MAX_SIZE_DIGITS) this.fault = 'a chunk is too large'
    this.#left = this.#left * 16 + digit
    this.#state = SIZE
  }

  #expect(byte: number, wanted: number, next: number): void {
    if (byte === wanted) this.#state = next
    else this.fault = 'a chunk is not framed by CR LF'
  }

  #extra(allowed: boolean, reason: string): void {
    if (!allowed) this.fault = reason
    else if (++this.#overhead > MAX_OVERHEAD_BYTES) this.fault = 'chunk extensions and trailers are too large'
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
