import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { hasPostgres, sharedPostgres } from './postgres.fixture.ts'
import { openPool } from './postgres-pool.ts'
import { type Proxy, proxyTo } from './proxy.fixture.ts'

describe.runIf(hasPostgres())('a pool of connections', () => {
  const open = async (
    most: number,
    answerWithinMs: number,
  ): Promise<{ pool: ReturnType<typeof openPool>; proxy: Proxy }> => {
    const proxy = await proxyTo(await (await sharedPostgres()).database())
    const pool = openPool(proxy.url, most, answerWithinMs)
    onTestFinished(() => pool.end())
    return { pool, proxy }
  }

  it('uses a connection again that works', async () => {
    const { pool, proxy } = await open(1, 20_000)
    for (let i = 0; i < 3; i++) {
      const client = await pool.connect()
      expect((await client.query('select $1::bigint as big', ['9007199254740991'])).rows).toEqual([
        { big: Number.MAX_SAFE_INTEGER },
      ])
      client.release()
    }
    expect(proxy.connections()).toBe(1)
  })

  it('drops one that fell silent, and does not make the next user wait for it', async () => {
    const { pool, proxy } = await open(1, 300)
    const client = await pool.connect()
    await client.query('select 1', [])
    proxy.fallSilent()
    await expect(client.query('select 2', [])).rejects.toThrow('Query read timeout')
    // What a transaction does next. Sent, it would be waited for as long again.
    await expect(client.query('rollback', [])).rejects.toThrow(
      'connection terminated, or without an answer, before this query',
    )
    client.release()
    const next = await pool.connect()
    expect((await next.query('select 3 as three', [])).rows).toEqual([{ three: 3 }])
    next.release()
    expect(proxy.connections()).toBe(2)
  })

  it('survives a connection that breaks while it is lent and idle', async () => {
    const { pool } = await open(2, 20_000)
    const lent = await pool.connect()
    const { rows } = await lent.query<{ pid: number }>('select pg_backend_pid() as pid', [])
    const other = await pool.connect()
    await other.query('select pg_terminate_backend($1)', [rows[0]?.pid])
    await vi.waitFor(() => expect(lent.query('select 1', [])).rejects.toThrow(/terminat/), 10_000)
    lent.release()
    const next = await pool.connect()
    expect((await next.query('select 1 as one', [])).rows).toEqual([{ one: 1 }])
    next.release()
    other.release()
  })
})
