import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { seededRandom } from '../../../kernel/index.ts'
import { faultInWords } from '../../obstacle.ts'
import { patience } from './harness.fixture.ts'
import { Ports, usedBy } from './ports.ts'
import { holderOf, parseListeners, portsOf, portTakenBy } from './sockets.ts'

const servers: Server[] = []

async function listen(port = 0, host = '127.0.0.1'): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>(resolve => server.listen(port, host, resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

describe('the ports that are handed out', () => {
  const range = { from: 28_400, to: 28_420 }

  it('are free, in the range, and never the same twice, also when asked for at once', async () => {
    const ports = new Ports(range, seededRandom(7))
    const taken = await Promise.all(Array.from({ length: 10 }, () => ports.take()))
    expect(new Set(taken).size).toBe(10)
    for (const port of taken) {
      expect(port).toBeGreaterThanOrEqual(range.from)
      expect(port).toBeLessThanOrEqual(range.to)
    }
  })

  it('leave out what somebody listens on and what an instance has', async () => {
    const ports = new Ports({ from: 28_430, to: 28_433 }, () => 0)
    await listen(28_430)
    await listen(28_431, '0.0.0.0')
    ports.keep(28_432)
    expect(await ports.take()).toBe(28_433)
    expect(await ports.take()).toBeUndefined()
    ports.giveBack(28_432)
    expect(await ports.take()).toBe(28_432)
  })
})

describe('who has a port', () => {
  it('is this process, when it listens on it', async () => {
    const port = await listen()
    const holder = await usedBy(port)
    expect(holder).toMatchObject({ pid: process.pid })
    expect(faultInWords(portTakenBy(port, holder ?? {}))).toMatch(
      new RegExp(`^port ${port} is in use by process ${process.pid} \\(.+\\)`),
    )
  })

  it('is an instance, when a process with its mark listens on it', async () => {
    const program = `require('net').createServer().listen(0, '127.0.0.1')`
    const child = spawn(process.execPath, ['-e', program], { env: { SHIPWATCH_INSTANCE: 'ins_test' }, stdio: 'ignore' })
    try {
      const [port = 0] = await vi.waitFor(() => {
        const ports = portsOf([child.pid ?? 0])
        expect(ports).toHaveLength(1)
        return ports
      }, patience)
      expect(await holderOf(port)).toMatchObject({ pid: child.pid, instanceId: 'ins_test' })
      expect(faultInWords(portTakenBy(port, (await holderOf(port)) ?? {}))).toMatch(/, of the instance ins_test$/)
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('is nobody, when it is free', async () => {
    const port = await listen()
    servers.splice(0).forEach(server => server.close())
    expect(await usedBy(port)).toBeUndefined()
    expect(await holderOf(port)).toBeUndefined()
  })

  it('is somebody unknown, where the kernel does not tell', () => {
    expect(faultInWords(portTakenBy(80, {}))).toBe('port 80 is in use by another program')
  })

  it('is read from the table of sockets, those that listen only', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
   1: 0100007F:1F91 0100007F:8000 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0
   2: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 333 1
`
    expect(parseListeners(table)).toEqual([
      { port: 8080, inode: '111' },
      { port: 80, inode: '333' },
    ])
    expect(parseListeners('')).toEqual([])
  })
})
