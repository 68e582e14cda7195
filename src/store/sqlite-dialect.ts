import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  CompiledQuery as Query,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/**
 * Kysely over one connection of Node's own SQLite. Its adapter says that there is a single connection, so
 * Kysely hands it to one transaction, or one statement, at a time.
 */
export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver(database),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function driver(database: DatabaseSync): Driver {
  const connection = connect(database)
  const run = async (statement: string): Promise<void> => {
    await connection.executeQuery(Query.raw(statement))
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    // Taking the write lock at once: a transaction that reads first and writes later could otherwise be
    // refused half-way.
    beginTransaction: () => run('begin immediate'),
    commitTransaction: () => run('commit'),
    // SQLite has already rolled back by itself after a full disk or a failed write.
    rollbackTransaction: async () => (database.isTransaction ? run('rollback') : undefined),
    releaseConnection: async () => {},
    destroy: async () => database.close(),
  }
}

function connect(database: DatabaseSync): DatabaseConnection {
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const statement = database.prepare(sql)
      const values = parameters as SQLInputValue[]
      if (statement.columns().length > 0) return { rows: statement.all(...values) as Row[] }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    streamQuery() {
      // An open cursor would hold one snapshot for everybody who reads on this connection meanwhile.
      throw new Error('the store is read in pages, not in streams')
    },
  }
}
