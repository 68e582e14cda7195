import { describe, expect, it } from 'vitest'
import { continueTrace, traceparent } from './trace.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('a trace', () => {
  it.each([`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-00`, `cc-${TRACE}-${SPAN}-01-what-comes-later`])(
    'goes on from %s with a span of its own',
    header => {
      const trace = continueTrace(header)
      expect(trace.traceId).toBe(TRACE)
      expect(trace.spanId).not.toBe(SPAN)
      expect(traceparent(trace)).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-${header.slice(53, 55)}$`))
    },
  )

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01x`,
  ])('starts anew from %s', header => {
    const trace = continueTrace(header)
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(trace.traceId).not.toBe(TRACE)
    expect(continueTrace(traceparent(trace)).traceId).toBe(trace.traceId)
  })
})
