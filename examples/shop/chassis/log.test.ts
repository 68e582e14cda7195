import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLog, type Level, streamSink } from './log.ts'

function collect(level: Level) {
  const lines: Record<string, unknown>[] = []
  const sink = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    flush: () => {},
  }
  return { lines, log: createLog(sink, level, { service: 'order', version: 'v1' }, () => new Date(0)) }
}

describe('a log', () => {
  it('writes JSON lines with time, level, message and the fields so far', () => {
    const { lines, log } = collect('info')
    log.with({ trace_id: 't' }).with({ user_id: 'u' }).info('paid', { order_id: 'o' })
    expect(lines).toEqual([
      {
        time: '1970-01-01T00:00:00.000Z',
        level: 'info',
        msg: 'paid',
        service: 'order',
        version: 'v1',
        trace_id: 't',
        user_id: 'u',
        order_id: 'o',
      },
    ])
  })

  it('leaves out what is below its level', () => {
    const { lines, log } = collect('warn')
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](level)
    expect(lines.map(({ msg }) => msg)).toEqual(['warn', 'error'])
  })

  it('tells an error by its message and stack, and keeps one line a line', () => {
    const { lines, log } = collect('info')
    log.error('broke\nhere', { error: new TypeError('no') })
    expect(lines[0]).toMatchObject({ msg: 'broke\nhere', error: { message: 'no' } })
    expect(JSON.stringify(lines[0]?.['error'])).toContain('log.test')
  })
})

describe('the sink', () => {
  it('writes the lines of one turn at once, in their order', async () => {
    const stream = new PassThrough()
    const chunks: string[] = []
    stream.setEncoding('utf8').on('data', chunk => chunks.push(chunk))
    const sink = streamSink(stream as unknown as NodeJS.WriteStream & { fd: number })
    sink.write('a\n')
    sink.write('b\n')
    expect(chunks).toEqual([])
    await new Promise<void>(resolve => stream.once('data', () => resolve()))
    sink.write('c\n')
    await new Promise<void>(resolve => stream.once('data', () => resolve()))
    expect(chunks).toEqual(['a\nb\n', 'c\n'])
  })

  it('goes on without a reader', async () => {
    const stream = new PassThrough()
    const sink = streamSink(stream as unknown as NodeJS.WriteStream & { fd: number })
    const closed = new Promise<void>(resolve => stream.once('close', () => resolve()))
    stream.destroy(new Error('EPIPE'))
    await closed
    expect(() => {
      sink.write('a\n')
      sink.flush()
    }).not.toThrow()
  })
})
