import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { isConnectionLoss } from './trouble.ts'

const CONNECT_WITHIN_MS = 5_000
/** Longer than the server's own limit: it passes only when the server, or the way to it, is gone. */
const ANSWER_WITHIN_MS = 45_000

/**
 * A pool whose connections are dropped after a query that got no answer. The driver alone would use such a
 * connection again, and a lost network would be noticed only after TCP has given up, a quarter of an hour later.
 */
export function openPool(url: string, most: number, answerWithinMs = ANSWER_WITHIN_MS): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: most,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: answerWithinMs,
    keepAlive: true,
    application_name: 'shipwatch',
    types: parseTypes(),
  })
  // A connection that breaks while nobody uses it: the pool drops it, and the next query opens another.
  pool.on('error', () => {})
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const seen = known.get(client) ?? careful(client)
      known.set(client, seen)
      return seen
    },
  }
}

function careful(client: pg.PoolClient): PostgresPoolClient {
  let broken = false
  // The pool listens only while nobody uses the connection; unheard, a break between two queries would end the program.
  client.on('error', () => {
    broken = true
  })
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    if (broken) throw new Error('connection terminated, or without an answer, before this query')
    try {
      return await client.query(sql, [...parameters])
    } catch (error) {
      broken ||= isConnectionLoss(error)
      throw error
    }
  }
  return {
    query: query as PostgresPoolClient['query'],
    release: (discard?: boolean) => client.release(discard === true || broken),
  }
}

/** 64-bit integers as numbers: ours are times, sequence numbers and counts, all below 2^53. */
function parseTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides()
  types.setTypeParser(pg.types.builtins.INT8, Number)
  return types
}
